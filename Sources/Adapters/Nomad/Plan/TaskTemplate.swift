import AdapterKit
import JSONDocument

/// A task of the docker driver: the same for deployed instances, one-off tasks and cron tasks.
struct TaskTemplate: Sendable {
    var name: String
    var image: String
    /// Takes the place of the image's entry point; empty for the image's own.
    var entrypoint: [String] = []
    /// The words after it; empty for the image's own.
    var arguments: [String] = []
    /// Variables that are no secret, or have nowhere else to be.
    var variables: [String: String] = [:]
    var templates: [JSONValue] = []
    var auth: JSONValue?
    var resources: NomadResources
    var portLabels: [String] = []
    var storage: Storage.Parts?
    var options = DriverOptions([])
    var labels: [String: String] = [:]
    /// Seconds it may take to end.
    var stopTimeout = 30
    var killSignal: String?

    var document: JSONValue {
        var config = options.config
        config["image"] = .literal(image)
        let entry = options.entrypoint.map { [$0] } ?? entrypoint
        if !entry.isEmpty { config["entrypoint"] = .literals(entry) }
        // One list of words: `command` would take no blanks.
        if !arguments.isEmpty { config["args"] = .literals(arguments) }
        if let auth { config["auth"] = [auth] }
        if !portLabels.isEmpty { config["ports"] = .strings(portLabels) }
        let binds = options.volumes + (storage?.binds ?? [])
        if !binds.isEmpty { config["volumes"] = .literals(binds) }
        config["labels"] = [.literals(options.labels.merging(labels) { $1 })]
        config.merge(resources.driverConfig) { $1 }

        var task: [String: JSONValue] = [
            "Name": .string(name), "Driver": "docker", "Config": .object(config), "Resources": resources.document,
            "KillTimeout": .seconds(stopTimeout),
        ]
        if !variables.isEmpty { task["Env"] = .strings(variables) }
        if !templates.isEmpty { task["Templates"] = .array(templates) }
        if let mounts = storage?.mounts, !mounts.isEmpty { task["VolumeMounts"] = .array(mounts) }
        if let killSignal { task["KillSignal"] = .string(killSignal) }
        if let user = options.user { task["User"] = .string(user) }
        return .object(task)
    }
}

/// How a process is started (contract 2.5, phase 3).
struct StartWords: Sendable, Equatable {
    /// Takes the place of the image's entry point; empty for the image's own.
    let entry: [String]
    let arguments: [String]

    /// Of a process type.
    init(_ process: AppProcess, image: ImageFacts?, port: Int) {
        let command = process.command.listening(on: port)
        switch image?.kind ?? .dockerfile {
        case .herokuish:
            (entry, arguments) = ([], command.override ?? ["/start", process.type.description])
        case .pack:
            let words = command.override ?? command.dockerfileOverride ?? command.procfile
            (entry, arguments) = (words == nil ? [] : ["launcher"], words ?? [])
        case .dockerfile:
            (entry, arguments) = ([], command.dockerfileOverride ?? command.procfile ?? [])
        }
    }

    /// Of something that runs once.
    init(once words: [String], image: ImageFacts?) {
        switch image?.kind ?? .dockerfile {
        case .herokuish: (entry, arguments) = ([], ["/exec"] + words)
        case .pack: (entry, arguments) = (["launcher"], words)
        case .dockerfile: (entry, arguments) = ([], words)
        }
    }
}
