import JSONDocument
import Scenarios
import Traffic

/// Makes the same of what a case sends and gets, each time: for the recording and for what a replay compares with it.
struct CaseRules: Sendable {
    /// The version of the rules by which secrets are taken out.
    static let redaction = SecretRemoval.version
    /// What stands for every run's own id.
    static let runID = "r000000"

    private let rules: NormalizationRules
    private let secrets: [String: String]
    private let runID: String

    init(_ kind: BackendKind, secrets: Secrets, runID: String) {
        rules = NormalizationRules.named(kind.rawValue) ?? .docker
        self.secrets = Dictionary(secrets.all.map { ($1, $0) }) { first, _ in first }
        self.runID = runID
    }

    /// A finished recording's exchanges and observations.
    func settled(_ exchanges: [Exchange], _ observations: [JSONValue]) -> ([Exchange], [JSONValue]) {
        // Observations speak of the same things, so they are made the same together.
        let seen = observations.map {
            Exchange(step: "", request: RequestRecord("GET", "/"), response: ResponseRecord(200, body: .json($0)))
        }
        let all = SecretRemoval(rules, secrets).cleaned((BlockingQueries.settled(exchanges) + seen).map(prepared))
        let count = exchanges.count
        // Ordered by ids that are the same each time, and then numbered in that order.
        var done = Normalizer(rules).normalized(all)
        done = Normalizer(rules).normalized(SideBySide.ordered(Array(done.prefix(count))) + done.dropFirst(count))
        return (Array(done.prefix(count)), done.dropFirst(count).compactMap(\.response.body.json))
    }

    /// A request as a recording of it would hold it. Its ids are the recording's own already.
    func comparable(_ request: ServedRequest) -> RequestRecord {
        let exchange = prepared(
            Exchange(step: "", request: RequestRecord(request), response: ResponseRecord(200)))
        var record = SecretRemoval(rules, secrets).cleaned([exchange])[0].request
        record.headers.removeAll { !rules.requestHeaders.contains($0.name.lowercased()) }
        return record
    }

    private func prepared(_ exchange: Exchange) -> Exchange {
        var exchange = exchange
        exchange.request.path = renamed(Self.withoutVersion(exchange.request.path))
        exchange.request.query = exchange.request.query.map { QueryField(name: $0.name, value: renamed($0.value)) }
        exchange.request.body = prepared(exchange.request.body)
        exchange.response.body = prepared(exchange.response.body)
        for index in exchange.response.frames.indices {
            exchange.response.frames[index].content = prepared(exchange.response.frames[index].content)
        }
        return exchange
    }

    private func prepared(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .json(let document): .json(prepared(document, key: ""))
        case .text(let text): .text(renamed(text))
        default: body
        }
    }

    private func prepared(_ document: JSONValue, key: String) -> JSONValue {
        switch document {
        case .string(let text): .string(renamed(key == "Env" ? Self.covered(text) : Self.constant(text, key)))
        case .array(let items): .array(Self.ordered(items.map { prepared($0, key: key) }))
        case .object(let fields):
            .object(
                Dictionary(uniqueKeysWithValues: fields.map { (renamed($0), prepared($1, key: $0)) }))
        default: document
        }
    }

    private func renamed(_ text: String) -> String {
        runID == Self.runID ? text : text.replacing(runID, with: Self.runID)
    }

    /// The engine's version is not what a request is about.
    private static func withoutVersion(_ path: String) -> String {
        guard path.hasPrefix("/v1."), let end = path.dropFirst().firstIndex(of: "/") else { return path }
        return String(path[end...])
    }

    /// Values of the environment are secrets, but for what the kit itself invents.
    private static func covered(_ pair: String) -> String {
        let open = ["PATH=", "PORT=", "DYNO=", "KIT_", "GREETING=", "USER=", "HOME=", "TERM="]
        if open.contains(where: { pair.hasPrefix($0) }), !pair.hasPrefix("KIT_SECRET=") { return pair }
        let name = String(pair.prefix { $0 != "=" })
        return "\(name)=‹secret:\(name)›"
    }

    /// The engine lists containers that were made in the same second in any order, and those of others too.
    private static func ordered(_ items: [JSONValue]) -> [JSONValue] {
        func name(_ item: JSONValue) -> String? { item["Names"]?.items?.first?.text }
        guard !items.isEmpty, items.allSatisfy({ name($0) != nil }) else { return items }
        return items.filter { name($0)?.contains(runID) == true }.sorted { (name($0) ?? "") < (name($1) ?? "") }
    }

    /// Where this machine keeps an engine's files.
    private static let places: Set<String> = [
        "SandboxKey", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "LowerDir", "MergedDir", "UpperDir",
        "WorkDir",
    ]

    /// Words of the moment, or of the machine.
    private static func constant(_ text: String, _ key: String) -> String {
        if places.contains(key), !text.isEmpty { return "/var/lib/docker/" + key }
        if key == "Hostname", !text.isEmpty { return "kit" }
        if key == "Status", text.hasPrefix("Up ") { return "Up 1 second" }
        if key == "Status", let end = text.firstIndex(of: ")"), text.hasPrefix("Exited (") {
            return text[...end] + " 1 second ago"
        }
        return text
    }
}
