import AdapterKit
import DockerEngine

/// A container while it is put together: what the user's docker options say, then what the deployment says.
struct OptionDraft: Sendable, Equatable {
    var spec: ContainerSpec
    /// Networks beyond the first, which is in `spec`.
    var networks: [String] = []
    var platform: String?
    /// What it is called and which address it has in its first network, whichever that turns out to be.
    var endpoint: ContainerSpec.EndpointConfig?

    init(image: String) {
        spec = ContainerSpec(Image: image)
    }

    /// Words of docker's own `container create` options (contract 3.6).
    /// - Throws: ``AdapterError`` that names the option which cannot be carried out.
    mutating func apply(_ words: [String], phase: String) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            func refuse(_ why: String) -> AdapterError {
                AdapterError(
                    .invalidInput, "docker option '\(word)' of phase \(phase) cannot be used: \(why)",
                    hint: "docker-options:report APP, then docker-options:remove APP \(phase) OPTION")
            }
            guard word.hasPrefix("-"), word.count > 1 else { throw refuse("it is no option") }
            if let single = DockerOption.bundled(word) {
                rest = (single + rest)[...]
                continue
            }
            let (name, joined) = DockerOption.split(word)
            guard let option = DockerOption.all[name] else { throw refuse("docker-local does not know it") }
            switch option {
            case .flag(let set):
                guard let isSet = joined.map(DockerOption.truth) ?? true else {
                    throw refuse("it takes no value but true or false")
                }
                set(&self, isSet)
            case .value(let set):
                guard let value = joined ?? rest.popFirst() else { throw refuse("it wants a value") }
                do {
                    try set(&self, value)
                } catch let problem as DockerOption.BadValue {
                    throw refuse(problem.reason)
                }
            case .refused(let why):
                throw refuse(why)
            }
        }
    }

    /// What the process is started with (contract 2.5, phase 3).
    mutating func startProcess(_ command: StartCommand, type: ProcessType, kind: ImageFacts.Kind) {
        switch kind {
        case .herokuish:
            spec.Cmd = command.override ?? ["/start", type.description]
        case .pack:
            if spec.Entrypoint == nil { spec.Entrypoint = ["launcher"] }
            spec.Cmd = command.override ?? command.dockerfileOverride ?? command.procfile
        case .dockerfile:
            spec.Cmd = command.dockerfileOverride ?? command.procfile
        }
    }

    /// Settles in which networks the container starts; `others` are joined before its process does.
    mutating func join(initial: String?, others: [String]) {
        if let initial {
            if let chosen = spec.HostConfig.NetworkMode { networks.insert(chosen, at: 0) }
            spec.HostConfig.NetworkMode = initial
        }
        let first = spec.HostConfig.NetworkMode ?? "bridge"
        if let endpoint { spec.NetworkingConfig = .init(EndpointsConfig: [first: endpoint]) }
        networks = (networks + others).filter { $0 != first }
    }

    /// An init process passes signals on and reaps; without one a process that handles no TERM takes its time to die.
    mutating func startInit(_ settings: DockerLocalSettings, _ image: ImageFacts) {
        if spec.HostConfig.Init == nil, settings.usesInit, !image.bringsInit { spec.HostConfig.Init = true }
    }

    mutating func mount(_ mounts: [Mount]) {
        guard !mounts.isEmpty else { return }
        spec.HostConfig.Binds = (spec.HostConfig.Binds ?? []) + mounts.map(\.description)
    }

    mutating func publish(_ port: String, _ bindings: [ContainerSpec.PortBinding]) {
        spec.ExposedPorts = (spec.ExposedPorts ?? [:]).merging([port: Empty()]) { $1 }
        spec.HostConfig.PortBindings = (spec.HostConfig.PortBindings ?? [:]).merging([port: bindings]) { $0 + $1 }
    }

    /// Limits and reservations (contract 3.9); keys the engine knows nothing of are not the engine's to keep.
    mutating func limit(_ resources: Resources, of owner: String) throws {
        func parsed<Value>(_ key: String, _ text: String, _ parse: (String) throws -> Value) throws -> Value {
            do {
                return try parse(text)
            } catch let problem as DockerOption.BadValue {
                throw AdapterError(
                    .invalidInput, "resource \(key) '\(text)' of \(owner) cannot be used: \(problem.reason)",
                    hint: "resource:limit --\(key) VALUE --process-type \(owner) APP")
            }
        }
        for (key, text) in resources.limits.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            switch key {
            case "cpu": spec.HostConfig.NanoCpus = try parsed(key, text, DockerOption.nanoCPUs)
            case "memory": spec.HostConfig.Memory = try parsed(key, text, DockerOption.megabytesIfBare)
            case "memory-swap": spec.HostConfig.MemorySwap = try parsed(key, text, DockerOption.megabytesIfBare)
            case "nvidia-gpu":
                spec.HostConfig.DeviceRequests = [try parsed(key, text, DockerOption.gpuRequest)]
            default: continue
            }
        }
        for (key, text) in resources.reservations where key == "memory" && !text.isEmpty {
            spec.HostConfig.MemoryReservation = try parsed(key, text, DockerOption.megabytesIfBare)
        }
    }
}
