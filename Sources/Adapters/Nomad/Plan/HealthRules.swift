import AdapterKit
import JSONDocument

/// How it is told that an instance of a process type is well, with the meaning that checks have on the local host.
struct HealthRules: Sendable, Equatable {
    /// Checks of the group's service.
    private(set) var serviceChecks: [JSONValue] = []
    /// What no service check can do, and is asked of each allocation before it takes over.
    private(set) var ours: [Healthcheck] = []
    /// The service checks in words: `'home' (GET / on port 5000)`, by the name that they have in the job.
    private(set) var names: [String: String] = [:]
    /// Seconds that an allocation must be well before it counts.
    private(set) var minHealthySeconds = 0
    /// Seconds after an allocation's start in which its service checks must have succeeded; `nil` without any.
    private(set) var budget: Int?
    /// What cannot be checked, as sentences for the person.
    private(set) var unmapped: [String] = []
    /// The ports that are asked, beyond those for traffic.
    private(set) var askedPorts: [Int] = []

    private let type: ProcessType
    private let port: Int
    /// The port with the label of the one for traffic; without such a one, the first that is asked.
    private var primary: Int?
    private let host: String?
    private let provider: JobSettings.ServiceProvider
    private let canCheck: Bool

    /// What Nomad's update stanza calls the way of telling.
    var kind: String { serviceChecks.isEmpty ? "task_states" : "checks" }

    /// - Parameters:
    ///   - port: where the process takes traffic; `nil` when it takes none.
    ///   - host: what requests name as their host.
    ///   - provider: who keeps the service; never `auto`.
    ///   - canCheck: whether it checks, too.
    init(
        _ process: AppProcess, port: Int?, host: String?, provider: JobSettings.ServiceProvider, canCheck: Bool
    ) {
        type = process.type
        self.port = port ?? Ports.fallback
        primary = port
        self.host = host
        self.provider = provider
        self.canCheck = canCheck
        // Without checks, an instance counts when it has not ended at once.
        guard process.checks.mode == .enabled else {
            minHealthySeconds = 2
            return
        }
        let checks = process.checks.healthchecks
        let startup = checks.filter { $0.purpose == .startup }
        for case .uptime(let seconds) in startup.map(\.probe) { minHealthySeconds = max(minHealthySeconds, seconds) }
        // The local host's default: an uptime without a restart.
        if startup.isEmpty { minHealthySeconds = process.checks.defaultUptime }
        for check in startup + checks.filter({ $0.purpose == .readiness }) { add(check) }
        let started = budget ?? 0
        for check in checks where check.purpose == .liveness { addLiveness(check, grace: check.initialDelay + started) }
        guard let port, !checks.contains(where: { $0.purpose != .liveness && $0.probe == .listening }) else { return }
        addListening(port, isWeb: process.type == .web)
    }

    /// Nobody asked whether anything listens; but traffic goes to whatever the service names.
    private mutating func addListening(_ port: Int, isWeb: Bool) {
        var check = Healthcheck(name: "port listening check", probe: .listening, port: port, isWarning: !canCheck)
        if canCheck, serviceChecks.isEmpty {
            check.wait = 2
            addToService(check)
            budget = (budget ?? 0) + max(10, minHealthySeconds)
        } else if !canCheck, isWeb {
            ours.append(check)
        }
    }

    private mutating func add(_ check: Healthcheck) {
        if check.onFailure != nil { unmapped.append("\(type): onFailure of check '\(check.name)' is not run") }
        switch check.probe {
        case .uptime: return
        case .command:
            ours.append(check)
        case .http, .listening:
            ask(check.port ?? port)
            guard canCheck, !check.isWarning else {
                ours.append(check)
                return
            }
            addToService(check)
            budget = (budget ?? 0) + check.initialDelay + check.attempts * max(check.timeout, check.wait)
            // A service check sees the status only.
            if case .http(let request) = check.probe, request.content != nil { ours.append(check) }
        }
    }

    private mutating func addLiveness(_ check: Healthcheck, grace: Int) {
        if case .http(let request) = check.probe, request.content != nil, canCheck {
            unmapped.append(
                "\(type): the content of check '\(check.name)' is not compared: a service check sees the status only")
        }
        let restart: JSONValue = ["Limit": .integer(check.attempts), "Grace": .seconds(grace), "IgnoreWarnings": false]
        switch check.probe {
        case .command(let words) where canCheck && provider == .consul && !words.isEmpty:
            var document = common(check)
            document["Type"] = "script"
            document["Command"] = .string(words[0])
            document["Args"] = .strings(words.dropFirst())
            document["TaskName"] = .string(Name.group(type))
            document["CheckRestart"] = restart
            append(document, words.joined(separator: " "), check)
        case .http where canCheck && !check.isWarning, .listening where canCheck && !check.isWarning:
            ask(check.port ?? port)
            addToService(check, restart)
        default:
            let reason = canCheck ? "its services cannot check that" : "nothing checks its services"
            unmapped.append("liveness check '\(check.name)' of \(type) is not run after the deploy: \(reason)")
        }
    }

    private mutating func ask(_ port: Int) {
        if primary == nil { primary = port }
        if !askedPorts.contains(port) { askedPorts.append(port) }
    }

    private mutating func addToService(_ check: Healthcheck, _ restart: JSONValue? = nil) {
        let number = check.port ?? port
        var document = common(check)
        document["PortLabel"] = .string(Ports.label(number, primary: primary ?? number))
        if let restart { document["CheckRestart"] = restart }
        guard case .http(let request) = check.probe else {
            document["Type"] = "tcp"
            append(document, "port \(number)", check)
            return
        }
        document["Type"] = "http"
        document["Path"] = .string(request.path)
        document["Protocol"] = .string(request.scheme)
        // No authority signs for an allocation's address.
        if request.scheme == "https" { document["TLSSkipVerify"] = true }
        var headers = Dictionary(grouping: request.headers, by: \.name).mapValues { $0.map(\.value) }
        if let host, !headers.keys.contains(where: { $0.lowercased() == "host" }) { headers["Host"] = [host] }
        if !headers.isEmpty { document["Header"] = .object(headers.mapValues { .strings($0) }) }
        append(document, "GET \(request.path) on port \(number)", check)
    }

    private func common(_ check: Healthcheck) -> [String: JSONValue] {
        ["Interval": .seconds(max(1, check.wait)), "Timeout": .seconds(max(1, check.timeout))]
    }

    /// Two checks of one name would be one.
    private mutating func append(_ document: [String: JSONValue], _ what: String, _ check: Healthcheck) {
        var document = document
        let name = names[check.name] == nil ? check.name : "\(check.name) (\(check.purpose.rawValue))"
        document["Name"] = .string(name)
        names[name] = "'\(check.name)' (\(what))"
        serviceChecks.append(.object(document))
    }
}
