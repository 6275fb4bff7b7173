import AdapterKit
import JSONDocument

/// A Nomad Variable as a release needs it.
struct PlannedVariable: Sendable, Equatable {
    /// Only tasks of the job that it is named after may read it.
    let path: String
    /// The release's own items. Their values are secrets.
    let items: [String: String]
    /// The items that any job of the plan or the live one reads.
    let readKeys: Set<String>
    /// The items of releases that can be gone back to, the last one first: they stay as far as there is room.
    var keptKeys: [String] = []

    /// What a Variable holds at the most, names counted.
    static let largest = 65_536

    /// What is to be there while both releases are: all that `live` holds and is read, and the release's own.
    /// - Throws: ``AdapterError`` when that is more than a Variable holds.
    func joined(with live: [String: String], for app: AppName) throws -> [String: String] {
        var all = live.filter { readKeys.contains($0.key) }.merging(items) { $1 }
        try Self.require(
            Self.size(all), for: app, details: ["the release before needs its own config until it is gone"])
        for key in keptKeys {
            guard let text = live[key], all[key] == nil, Self.size(all) + Self.size([key: text]) <= Self.largest else {
                continue
            }
            all[key] = text
        }
        return all
    }

    /// What an item is called in ``Rollout/objects``.
    func title(of key: String) -> String { "Variable/\(path)#\(key)" }

    /// The items of the Variable at `path` that earlier releases are made of.
    static func kept(_ releases: [RetainedRelease], at path: String) -> [String] {
        let prefix = "Variable/\(path)#"
        return releases.flatMap(\.objects).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    static func size(_ items: [String: String]) -> Int {
        items.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }

    static func require(_ size: Int, for app: AppName, details: [String]) throws {
        guard size > largest else { return }
        throw AdapterError(
            .invalidInput, "the config of \(app) has \(size) bytes; a Nomad Variable holds at most \(largest)",
            details: details,
            hint: "move large values into the image or a volume, or scheduler-nomad:set \(app) config-store job")
    }

    /// The keys that a job's templates read of our Variables.
    static func keys(in job: JSONValue?) -> Set<String> {
        guard let job else { return [] }
        let templates = (job["TaskGroups"]?.items ?? []).flatMap { $0["Tasks"]?.items ?? [] }
            .flatMap { $0["Templates"]?.items ?? [] }.compactMap { $0["EmbeddedTmpl"]?.text }
        return Set(
            templates.flatMap { text in
                text.split(separator: "{{ .").dropFirst().map { String($0.prefix { $0 != " " }) }
            })
    }
}

/// How a release's config and logins reach its tasks.
struct Config: Sendable, Equatable {
    /// Of the Variable, where one is used.
    private(set) var items: [String: String] = [:]
    /// What stands in the job itself.
    private(set) var variables: [String: String] = [:]
    /// Lines of a template in the job itself.
    private(set) var lines = ""
    /// `auth` of the docker driver; `nil` where no login fits the image.
    private(set) var auth: JSONValue?
    private(set) var warnings: [String] = []

    private static let username = "LINKSPAN_PULL_USERNAME"
    private static let password = "LINKSPAN_PULL_PASSWORD"
    /// What each process is told by us, whatever the config says.
    static let reserved: Set<String> = ["DYNO", "PORT"]

    /// - Throws: ``AdapterError`` when a value cannot be handed over.
    init(
        _ environment: [String: String], _ credentials: [RegistryCredential], image: ImageReference, of app: AppName,
        _ settings: NomadSettings, _ facts: ServerFacts
    ) throws {
        let values = environment.filter { !Self.reserved.contains($0.key) }
        let login = credentials.first { Self.registry($0.server) == Self.registry(image.registry ?? "") }
        guard try Self.usesVariable(app, settings, facts) else {
            try keepInJob(values, login, of: app, settings, facts)
            return
        }
        var all = values
        if let login {
            all[Self.username] = login.username
            all[Self.password] = login.password
            auth = [
                "username": .string("${\(Self.username)}"), "password": .string("${\(Self.password)}"),
                "server_address": .literal(login.server),
            ]
        }
        guard !all.isEmpty else { return }
        for (name, value) in all where !EnvironmentText.holds(value) {
            throw AdapterError(
                .invalidInput,
                "config \(name) of \(app) has a control character other than a line break or a tab, "
                    + "which Nomad's templates cannot hand over",
                hint: "config:set --encoded \(app) \(name)=… without it, or scheduler-nomad:set \(app) config-store job"
            )
        }
        let text = EnvironmentText.lines(all)
        let largest = all.sorted { $0.value.utf8.count > $1.value.utf8.count }.prefix(3)
        items = ["config_\(Fingerprint(text))": text]
        try PlannedVariable.require(
            PlannedVariable.size(items), for: app,
            details: largest.map { "\($0.key) has \($0.value.utf8.count) bytes" })
    }

    /// The templates that read it.
    /// - Parameter path: of the Variable.
    func templates(_ path: String) -> [JSONValue] {
        var texts = items.keys.sorted().map { EnvironmentTemplate.item($0, of: path) }
        if !lines.isEmpty { texts.append(lines) }
        return texts.enumerated().map { index, text in
            Self.template(text, "secrets/config\(index == 0 ? "" : "_\(index + 1)").env", isRaw: !lines.isEmpty)
        }
    }

    /// A template that makes variables.
    /// - Parameter isRaw: whether braces in it are meant as they stand.
    static func template(_ text: String, _ path: String, isRaw: Bool = false) -> JSONValue {
        var template: [String: JSONValue] = [
            "EmbeddedTmpl": .string(text), "DestPath": .string(path), "Envvars": true, "ChangeMode": "noop",
        ]
        if isRaw {
            // No value of a config has these.
            let mark = Fingerprint(text).description
            template["LeftDelim"] = .string("[\(mark)[")
            template["RightDelim"] = .string("]\(mark)]")
        }
        return .object(template)
    }

    private static func usesVariable(_ app: AppName, _ settings: NomadSettings, _ facts: ServerFacts) throws -> Bool {
        switch settings.configStore {
        case .job: return false
        case .auto: return facts.hasVariables
        case .variables:
            guard !facts.hasVariables else { return true }
            throw AdapterError(
                .unsupported,
                "config of \(app) shall be kept in Nomad Variables, but \(facts.variablesTrouble ?? tooOld(facts))",
                hint: "scheduler-nomad:set \(app) config-store auto")
        }
    }

    private static func tooOld(_ facts: ServerFacts) -> String {
        "Nomad \(facts.version) has none (1.4 and newer do)"
    }

    private mutating func keepInJob(
        _ values: [String: String], _ login: RegistryCredential?, of app: AppName, _ settings: NomadSettings,
        _ facts: ServerFacts
    ) throws {
        // Nomad fills `${NAME}` in where it knows the name, so such values come by a template instead.
        let filled = values.filter { $0.value.contains("${") }
        for (name, value) in filled where !EnvironmentText.holds(value) {
            throw AdapterError(
                .invalidInput,
                "config \(name) of \(app) has both ${ and a control character, which Nomad cannot hand over",
                hint: "config:set --encoded \(app) \(name)=… without one of them")
        }
        lines = EnvironmentText.lines(filled)
        variables = values.filter { filled[$0.key] == nil }
        if let login {
            auth = [
                "username": .literal(login.username), "password": .literal(login.password),
                "server_address": .literal(login.server),
            ]
        }
        guard !values.isEmpty || login != nil else { return }
        let reason =
            settings.configStore == .job ? "config-store is job" : facts.variablesTrouble ?? Self.tooOld(facts)
        let what = [values.isEmpty ? nil : "config", login == nil ? nil : "the registry's login"].compactMap { $0 }
        warnings.append(
            "\(what.joined(separator: " and ")) of \(app) stands in the job, where all who may read the job see it: "
                + reason)
    }

    /// Docker Hub has several names.
    private static func registry(_ server: String) -> String {
        var name = server
        for scheme in ["https://", "http://"] where name.hasPrefix(scheme) { name.removeFirst(scheme.count) }
        name = String(name.prefix { $0 != "/" })
        return ["", "docker.io", "index.docker.io", "registry-1.docker.io"].contains(name) ? "docker.io" : name
    }
}
