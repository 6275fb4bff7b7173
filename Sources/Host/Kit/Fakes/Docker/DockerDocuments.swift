import JSONDocument

/// The engine's descriptions, with the fields that clients read, in the engine's own shape.
extension DockerWorld {
    func details(_ id: String) throws -> JSONValue {
        let container = try find(id)
        var host = container.spec["HostConfig"]?.fields ?? [:]
        host["NetworkMode"] = .string(container.networkMode)
        host["RestartPolicy"] = [
            "Name": .string(container.restartPolicy.name),
            "MaximumRetryCount": .integer(container.restartPolicy.limit),
        ]
        host["AutoRemove"] = .bool(container.isRemovedAtExit)
        host["LogConfig"] = ["Type": "json-file", "Config": [:]]
        var config = container.spec.fields ?? [:]
        for key in ["HostConfig", "NetworkingConfig"] { config[key] = nil }
        config["Image"] = .string(container.image.reference)
        config["Env"] = .array(container.environment.map { .string($0) })
        config["Labels"] = .object(container.labels.mapValues { .string($0) })
        config["Tty"] = .bool(container.hasTerminal)
        for key in ["OpenStdin", "StdinOnce", "AttachStdin", "AttachStdout", "AttachStderr"] where config[key] == nil {
            config[key] = false
        }
        if config["Cmd"] == nil { config["Cmd"] = .array(container.image.command.map { .string($0) }) }
        let address = container.networks["bridge"] ?? ""
        let words = container.words
        return [
            "Id": .string(container.id), "Created": .string(engineTime(container.created)),
            "Path": .string(words.first ?? ""), "Args": .array(words.dropFirst().map { .string($0) }),
            "Name": .string("/" + container.name), "Image": .string(container.image.id),
            "RestartCount": .integer(container.restartCount), "Driver": "overlay2", "Platform": "linux",
            "MountLabel": "", "ProcessLabel": "", "AppArmorProfile": "", "ExecIDs": .null, "Mounts": [],
            "ResolvConfPath": "", "HostnamePath": "", "HostsPath": "", "LogPath": "",
            "GraphDriver": ["Name": "overlay2", "Data": [:]],
            "State": [
                "Status": .string(container.status.rawValue), "Running": .bool(container.isRunning),
                "Paused": false, "Restarting": .bool(container.status == .restarting), "OOMKilled": false,
                "Dead": false, "Pid": .integer(container.isRunning ? 4_242 : 0),
                "ExitCode": .integer(container.exitCode), "Error": .string(container.error),
                "StartedAt": .string(engineTime(container.startedAt)),
                "FinishedAt": .string(engineTime(container.finishedAt)),
            ],
            "Config": .object(config), "HostConfig": .object(host),
            "NetworkSettings": [
                "Bridge": "", "SandboxID": "", "Ports": [:], "IPAddress": .string(address), "Gateway": "",
                "IPPrefixLen": .integer(address.isEmpty ? 0 : 16), "MacAddress": "", "EndpointID": "",
                "Networks": .object(container.networks.mapValues { Self.endpoint($0) }),
            ],
        ]
    }

    private static func endpoint(_ address: String) -> JSONValue {
        [
            "IPAddress": .string(address), "IPPrefixLen": .integer(address.isEmpty ? 0 : 16), "Gateway": "",
            "MacAddress": "", "NetworkID": "", "EndpointID": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0,
            "IPv6Gateway": "", "Aliases": .null, "Links": .null, "IPAMConfig": .null, "DriverOpts": .null,
        ]
    }

    func summaries(all: Bool, filters: [String: [String]]) -> JSONValue {
        let found = containers.values.filter { container in
            if let states = filters["status"], !states.contains(container.status.rawValue) { return false }
            if filters["status"] == nil, !all, !container.isRunning, container.status != .restarting { return false }
            if let names = filters["name"], !names.contains(where: { Self.isNamed(container.name, $0) }) {
                return false
            }
            if let ids = filters["id"], !ids.contains(where: { container.id.hasPrefix($0) }) { return false }
            if let ancestors = filters["ancestor"], !ancestors.contains(container.image.reference) { return false }
            return labelsFit(container.labels, filters["label"])
        }
        return .array(found.sorted { $0.created > $1.created }.map(Self.summary))
    }

    /// The filter is a regular expression, of which `^`, `$` and `/` in front are understood.
    private static func isNamed(_ name: String, _ pattern: String) -> Bool {
        var text = Substring(pattern)
        let isStart = text.hasPrefix("^")
        if isStart { text = text.dropFirst() }
        if text.hasPrefix("/") { text = text.dropFirst() }
        let isEnd = text.hasSuffix("$")
        if isEnd { text = text.dropLast() }
        if isStart, isEnd { return name == text }
        if isStart { return name.hasPrefix(text) }
        if isEnd { return name.hasSuffix(text) }
        return name.contains(text)
    }

    private static func summary(_ container: DockerContainer) -> JSONValue {
        let state =
            switch container.status {
            case .created: "Created"
            case .running: "Up 2 seconds"
            case .restarting: "Restarting (\(container.exitCode)) 1 second ago"
            case .exited, .removing: "Exited (\(container.exitCode)) 1 second ago"
            }
        return [
            "Id": .string(container.id), "Names": [.string("/" + container.name)],
            "Image": .string(container.image.reference), "ImageID": .string(container.image.id),
            "Command": .string(container.words.joined(separator: " ")),
            "Created": .integer(container.created / 1_000_000_000), "State": .string(container.status.rawValue),
            "Status": .string(state), "Ports": [], "Mounts": [],
            "Labels": .object(container.labels.mapValues { .string($0) }),
            "HostConfig": ["NetworkMode": .string(container.networkMode)],
            "NetworkSettings": ["Networks": .object(container.networks.mapValues { Self.endpoint($0) })],
        ]
    }

    func information(_ identity: DockerFake.Identity) -> JSONValue {
        [
            "ID": "FAKE", "Name": "fake", "ServerVersion": .string(identity.version), "Driver": "overlay2",
            "OSType": "linux", "Architecture": "x86_64", "NCPU": 2, "MemTotal": 4_294_967_296,
            "OperatingSystem": "Linkspan conformance kit", "KernelVersion": "6.1.0", "DockerRootDir": "/var/lib/docker",
            "Containers": .integer(containers.count), "Images": .integer(images.count),
            "ContainersRunning": .integer(containers.values.filter(\.isRunning).count), "ContainersPaused": 0,
            "ContainersStopped": .integer(containers.values.filter { !$0.isRunning }.count),
            "Runtimes": ["runc": ["path": "runc"]], "DefaultRuntime": "runc", "CgroupDriver": "cgroupfs",
            "SecurityOptions": [], "Warnings": .null, "Labels": [], "ExperimentalBuild": false,
            "Plugins": ["Volume": ["local"], "Network": ["bridge", "host", "null"], "Log": ["json-file"]],
            "Swarm": ["LocalNodeState": "inactive"],
        ]
    }
}
