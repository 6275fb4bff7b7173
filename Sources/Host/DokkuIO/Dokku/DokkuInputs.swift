import AdapterKit
import FoundationEssentials

/// Under a Dokku: what its plugins say, by their triggers (contract part 3). A trigger that an older Dokku lacks is
/// made up for as part 8 says.
struct DokkuInputs: AppInputs {
    let layout: DokkuLayout
    let app: AppName
    let plugn: Plugn
    /// The tag that Dokku called us with; empty for none.
    let tag: String

    private var name: String { app.description }

    func project(_ wanted: WantedCommands) async throws -> ProjectFiles {
        async let environment = environment()
        async let appJSON = appJSON()
        async let procfile = procfile(wanted)
        return try await ProjectFiles(procfile: procfile, appJSON: appJSON, environment: environment)
    }

    /// An app that was never scaled has nothing to run (contract 3.2).
    func formation(_ project: ProjectFiles) async throws -> Formation {
        let text = try await plugn.ask("ps-current-scale", name) ?? ""
        return try Formation(parsing: text.split(whereSeparator: \.isNewline).map(String.init))
    }

    /// Config that holds for the app, the host's overlaid by its own: the only form that survives newlines and quotes.
    private func environment() async throws -> [String: String] {
        guard let text = try await plugn.ask("config-export", name, "false", "true", "json"), !text.isEmpty else {
            return [:]
        }
        guard let values = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
            // None of it is shown: it holds secrets.
            throw AdapterError(.hostTrouble, "Dokku's trigger config-export gave no JSON object of texts")
        }
        return values
    }

    private func appJSON() async throws -> AppJSON {
        if let text = try await plugn.ask("app-json-get-content", name) {
            return text.isEmpty ? AppJSON() : try AppJSON(Array(text.utf8), file: "app.json")
        }
        let path = layout.data("app-json", app, "app.json")
        return try StateFiles.read(path).map { try AppJSON($0, file: path) } ?? AppJSON()
    }

    // MARK: the Procfile

    private func procfile(_ wanted: WantedCommands) async throws -> Procfile? {
        let types: [ProcessType]
        switch wanted {
        case .none: return nil
        case .one(let type): types = [type]
        case .all: types = try await formation(ProjectFiles()).quantities.keys.sorted()
        }
        let port = try await String(routes().ports.first { $0.scheme != "udp" }?.containerPort ?? 5_000)
        async let exists = plugn.answer("procfile-exists", [name])
        let commands = try await withThrowingTaskGroup(of: (ProcessType, String?).self) { tasks in
            for type in types { tasks.addTask { (type, try await command(of: type, port: port)) } }
            return try await tasks.reduce(into: [ProcessType: String]()) { $0[$1.0] = $1.1 }
        }
        let isThere = try await exists.map { $0.status == 0 } ?? !commands.isEmpty
        return isThere ? Procfile(commands: commands, isExpanded: true) : nil
    }

    /// `nil` for a type that the Procfile does not name; the trigger fails on one, and says nothing to us then.
    private func command(of type: ProcessType, port: String) async throws -> String? {
        let answer = try await plugn.answer("procfile-get-command", [name, type.description, port])
        return answer.flatMap { $0.status == 0 && !$0.text.isEmpty ? $0.text : nil }
    }

    // MARK: traffic

    func routes() async throws -> Routes {
        async let domains = plugn.ask("domains-list", name)
        async let ports = ports()
        return try await Routes(
            domains: (domains ?? "").split(whereSeparator: \.isWhitespace).map(String.init), ports: ports)
    }

    private func ports() async throws -> [PortMap] {
        let text: String
        if let told = try await plugn.ask("ports-get", name) {
            text = told
        } else {
            text = try await environment()["DOKKU_PROXY_PORT_MAP"] ?? ""
        }
        return try text.split(whereSeparator: \.isWhitespace).map { word in
            guard let map = PortMap(String(word)) else {
                throw AdapterError(.invalidSettings, "'\(word)' is no port map", hint: "ports:report \(app)")
            }
            return map
        }
    }

    func certificate() async throws -> Certificate? {
        guard plugn.isAnswered("certs-get") else { return try CertificateFiles(layout, app).read() }
        guard try await plugn.ask("certs-exists", name) == "true" else { return nil }
        async let chain = plugn.ask("certs-get", name, "crt")
        async let key = plugn.ask("certs-get", name, "key")
        guard let chain = try await chain, let key = try await key else { return nil }
        return Certificate(chain: chain + "\n", privateKey: key + "\n")
    }

    // MARK: containers

    func mounts(_ phase: ContainerPhase, _ manifest: Manifest) async throws -> [Mount] {
        // Who answers with the list keeps it where the format is fixed (contract 3.11).
        guard !plugn.isAnswered("storage-app-mounts") else {
            return try StorageAttachment.mounts(of: app, layout, manifest)
        }
        let lines = try await plugn.ask("storage-list", name, phase.rawValue) ?? ""
        return try lines.split(whereSeparator: \.isNewline).map { try Mount(String($0)) }
    }

    func engineOptions(for instance: InstanceName?, _ kind: ImageFacts.Kind) async throws -> [String]? {
        guard let instance else {
            async let all = plugn.ask("docker-args-run", name, tag)
            async let process = plugn.ask("docker-args-process-run", name, kind.rawValue, tag)
            return try await Self.words(all, "run") + Self.words(process, "run")
        }
        let (type, index) = (instance.process.description, String(instance.index))
        async let all = plugn.ask("docker-args-deploy", name, tag, type, index)
        async let process = plugn.ask("docker-args-process-deploy", name, kind.rawValue, tag, type, index)
        return try await Self.words(all, "deploy") + Self.words(process, "deploy")
    }

    private static func words(_ text: String?, _ phase: String) throws -> [String] {
        try ShellWords.split(text ?? "", what: "what plugins want of containers in phase \(phase)")
    }
}
