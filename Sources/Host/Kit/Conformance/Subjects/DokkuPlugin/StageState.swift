import AdapterKit
import FoundationEssentials
import JSONDocument

/// What Dokku knows of an app, in the files that the stage's answers come from.
extension PluginStage {
    /// Writes down all that a plugin may ask about `deployment`.
    func record(_ deployment: Deployment) async throws {
        let app = deployment.app.name
        try await create(app)
        let state = try AppState(self, app)
        try state.image(deployment.image.local)
        try state.config(deployment.environment)
        try state.networks(deployment.networks)
        try state.write("scale", deployment.processes.map { "\($0.type)=\($0.quantity)\n" }.joined())
        try state.procfile(deployment.processes)
        try state.checks(deployment.processes)
        try state.routes(deployment.routes)
        try state.mounts(deployment.mounts)
        try state.value("property/ps-get-property/restart-policy", deployment.restartPolicy.description)
        try state.value("property/ps-get-property/stop-timeout-seconds", String(deployment.app.stopTimeout))
        try state.value("property/checks-get-property/wait-to-retire", String(deployment.waitToRetire))
        let environment = deployment.environment.keys.sorted().map { "--env=" + $0 }
        try state.arguments(
            "deploy",
            environment + deployment.dockerOptions
                + deployment.mounts.filter(\.isForDeploy).flatMap { ["-v", "\($0)"] })
        try state.arguments(
            "process-deploy",
            ["--log-opt=max-size=10m", "--restart=\(deployment.restartPolicy)"]
                + (deployment.networks.initial.map { ["--network=" + $0] } ?? []))
        for process in deployment.processes {
            let type = process.type.description
            try state.value("parallel/" + type, String(process.maxParallel))
            try state.resources(process.resources, of: type)
            try state.arguments("type-" + type, Words.limits(process.resources) + process.dockerOptions)
        }
    }

    /// Writes down all that a plugin may ask about `task`.
    func record(_ task: OneOffTask) async throws {
        try await create(task.app.name)
        let state = try AppState(self, task.app.name)
        try state.image(task.image.local)
        try state.config(task.environment)
        try state.networks(task.networks)
        try state.value("property/ps-get-property/stop-timeout-seconds", String(task.app.stopTimeout))
        try property("scheduler", task.app.name.description, "shell", task.shell ?? "")
        if let process = task.process {
            try state.procfile([AppProcess(type: process, quantity: 1, command: StartCommand(procfile: task.command))])
        }
        try state.arguments(
            "run",
            task.environment.keys.sorted().map { "--env=" + $0 } + task.dockerOptions
                + task.mounts.filter(\.isForRun).flatMap { ["-v", "\($0)"] })
        try state.arguments(
            "process-run", (task.networks.initial.map { ["--network=" + $0] } ?? []) + Words.limits(task.resources))
    }

    /// Writes down what can be known of an app that nothing is deployed of in this call.
    func record(_ app: App) async throws {
        try await create(app.name)
        try AppState(self, app.name).value("property/ps-get-property/stop-timeout-seconds", String(app.stopTimeout))
    }
}

/// The files of one app.
private struct AppState {
    let stage: PluginStage
    let app: String
    let folder: String

    init(_ stage: PluginStage, _ app: AppName) throws {
        self.stage = stage
        self.app = app.description
        folder = stage.library + "/kit/\(app)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Writes a file; folders on the way are made.
    func write(_ name: String, _ text: String) throws {
        let file = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try stage.write(text, to: file)
    }

    /// Writes one line.
    func value(_ name: String, _ text: String) throws { try write(name, text + "\n") }

    /// Words for the program `docker`, each with a blank in front.
    func arguments(_ name: String, _ words: [String]) throws {
        try write("arguments/" + name, words.map { " " + Words.quoted($0) }.joined())
    }

    func image(_ image: ImageReference) throws {
        try write("image/repository", image.registry.map { $0 + "/" } ?? "")
        try write("image/repo", image.repository)
        try write("image/tag", image.tag ?? "latest")
    }

    func config(_ environment: [String: String]) throws {
        let pairs = environment.sorted { $0.key < $1.key }
        try? FileManager.default.removeItem(atPath: folder + "/config")
        for (key, value) in pairs { try write("config/" + key, value) }
        func lines(_ line: (String, String) -> String) -> String {
            pairs.map { line($0.key, $0.value) + "\n" }.joined()
        }
        let assignments = pairs.map { "\($0.key)=\(Words.shell($0.value))" }
        try write("export/exports", assignments.map { "export \($0)\n" }.joined())
        try write("export/envfile", lines { "\($0)=\(JSONValue.string($1).compact)" })
        try write("export/docker-args", assignments.map { "--env=\($0)" }.joined(separator: " "))
        try write("export/docker-args-keys", pairs.map { "--env=\($0.key)" }.joined(separator: " "))
        try write("export/pack-keys", pairs.map { "--env \($0.key)" }.joined(separator: " "))
        try write("export/shell", assignments.map { $0 + " " }.joined())
        try write("export/pretty", lines { "\($0):  \($1)" })
        try write("export/json", JSONValue.object(environment.mapValues { .string($0) }).compact + "\n")
        let list = pairs.map { JSONValue.object(["name": .string($0.key), "value": .string($0.value)]) }
        try write("export/json-list", JSONValue.array(list).compact + "\n")
    }

    func networks(_ networks: Networks) throws {
        let place = "property/network-get-property/"
        try value(place + "initial-network", networks.initial ?? "")
        try value(place + "attach-post-create", networks.attachPostCreate.joined(separator: " "))
        try value(place + "attach-post-deploy", networks.attachPostDeploy.joined(separator: " "))
        try value(place + "bind-all-interfaces", String(networks.bindsAllInterfaces))
    }

    func procfile(_ processes: [AppProcess]) throws {
        try? FileManager.default.removeItem(atPath: folder + "/procfile")
        for process in processes {
            let type = process.type.description
            if let words = process.command.procfile {
                try value("procfile/" + type, words.map(Words.quoted).joined(separator: " "))
            }
        }
        let first = processes.first?.command
        try stage.property("ps", app, "start-cmd", (first?.override ?? []).map(Words.quoted).joined(separator: " "))
        try stage.property(
            "ps", app, "dockerfile-start-cmd",
            (first?.dockerfileOverride ?? []).map(Words.quoted).joined(separator: " "))
    }

    func checks(_ processes: [AppProcess]) throws {
        func types(_ mode: Checks.Mode) -> String {
            processes.filter { $0.checks.mode == mode }.map(\.type.description).joined(separator: ",")
        }
        try stage.property("checks", app, "disabled", types(.disabled))
        try stage.property("checks", app, "skipped", types(.skipped))
        var healthchecks: [String: JSONValue] = [:]
        var formation: [String: JSONValue] = [:]
        for process in processes {
            healthchecks[process.type.description] = .array(process.checks.written)
            formation[process.type.description] = .object([
                "quantity": .integer(process.quantity), "max_parallel": .integer(process.maxParallel),
            ])
        }
        let document = JSONValue.object([
            "healthchecks": .object(healthchecks), "formation": .object(formation), "scripts": .object([:]),
        ])
        try write("app.json", document.compact)
    }

    func routes(_ routes: Routes) throws {
        try write("domains", routes.domains.map { $0 + "\n" }.joined())
        let ports = routes.ports.isEmpty ? [PortMap("http:80:5000")].compactMap { $0 } : routes.ports
        try write("ports", ports.map { "\($0)\n" }.joined())
        let list = ports.map { port in
            JSONValue.object([
                "container_port": .integer(port.containerPort), "host_port": .integer(port.hostPort),
                "scheme": .string(port.scheme),
            ])
        }
        try write("ports.json", JSONValue.array(list).compact + "\n")
    }

    func mounts(_ mounts: [Mount]) throws {
        try write("mounts", mounts.map { "\($0)\n" }.joined())
        let list = mounts.enumerated().map { number, mount in
            let phases = (mount.isForDeploy ? ["deploy"] : []) + (mount.isForRun ? ["run"] : [])
            var attachment: [String: JSONValue] = [
                "entry_name": .string("kit-\(number)"), "container_path": .string(mount.target),
                "phases": .array(phases.map { .string($0) }),
            ]
            if let process = mount.process { attachment["process_type"] = .string(process.description) }
            if let options = mount.options { attachment["volume_options"] = .string(options) }
            return JSONValue.object([
                "entry": .object([
                    "name": .string("kit-\(number)"), "scheduler": .string("docker-local"),
                    "host_path": .string(mount.source), "schema_version": .integer(1),
                ]), "attachment": .object(attachment),
            ])
        }
        try write("mounts.json", JSONValue.array(list).compact + "\n")
    }

    func resources(_ resources: Resources, of type: String) throws {
        for (key, amount) in resources.limits { try write("resource/\(type).limit.\(key)", amount) }
        for (key, amount) in resources.reservations { try write("resource/\(type).reserve.\(key)", amount) }
    }
}

extension Checks {
    /// As `app.json` has them. The default is written down too: a plugin's own may take longer than a case has time.
    fileprivate var written: [JSONValue] {
        let written = healthchecks.map(\.written)
        guard !healthchecks.contains(where: { $0.purpose == .startup }) else { return written }
        return written + [
            .object(["type": .string("startup"), "name": .string("default"), "uptime": .integer(defaultUptime)])
        ]
    }
}

extension Healthcheck {
    /// As `app.json` has it.
    fileprivate var written: JSONValue {
        var fields: [String: JSONValue] = [
            "type": .string(purpose.rawValue), "name": .string(name), "attempts": .integer(attempts),
            "timeout": .integer(timeout), "wait": .integer(wait), "initialDelay": .integer(initialDelay),
        ]
        if let port { fields["port"] = .integer(port) }
        if isWarning { fields["warn"] = .bool(true) }
        switch probe {
        case .command(let words): fields["command"] = .array(words.map { .string($0) })
        case .listening: fields["listening"] = .bool(true)
        case .uptime(let seconds): fields["uptime"] = .integer(seconds)
        case .http(let request):
            fields["path"] = .string(request.path)
            fields["scheme"] = .string(request.scheme)
            if let content = request.content { fields["content"] = .string(content) }
            fields["httpHeaders"] = .array(
                request.headers.map { .object(["name": .string($0.name), "value": .string($0.value)]) })
        }
        return .object(fields)
    }
}

/// Words as shells and `xargs` take them.
private enum Words {
    /// In quotes where it needs some.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 97...122, 65...90, 48...57: true
                default: "-_=./:,@%+${}".utf8.contains(byte)
                }
            }
        return isPlain ? word : shell(word)
    }

    /// In single quotes.
    static func shell(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// What Dokku's resource plugin makes of limits.
    static func limits(_ resources: Resources) -> [String] {
        func memory(_ text: String) -> String { text.allSatisfy(\.isNumber) ? text + "m" : text }
        var words: [String] = []
        if let cpu = resources.limits["cpu"] { words.append("--cpus=" + cpu) }
        if let amount = resources.limits["memory"] { words.append("--memory=" + memory(amount)) }
        if let amount = resources.limits["memory-swap"] { words.append("--memory-swap=" + memory(amount)) }
        if let amount = resources.reservations["memory"] { words.append("--memory-reservation=" + memory(amount)) }
        return words
    }
}
