import AdapterKit
import JSONDocument

/// A process type's checks as probes of its container, with the meaning that they have on the local host.
struct Probes: Sendable, Equatable {
    private(set) var documents: [String: JSONValue] = [:]
    /// Seconds that an instance must be ready before it counts.
    private(set) var minReadySeconds = 0
    /// What no probe can do, and is asked of each instance before it gets traffic: what a page contains, and what is only
    /// to be warned of.
    private(set) var ours: [Healthcheck] = []
    /// The checks in words, by the probe they became: `'home' (GET / on port 5000)`.
    private(set) var names: [String: String] = [:]
    /// What a probe cannot do, as sentences for the person.
    private(set) var unmapped: [String] = []
    /// Seconds that an instance is given to listen where nobody asked whether it does.
    private let defaultUptime: Int
    /// Whether ``documents`` has a readiness probe that nobody asked for.
    private(set) var hasDefaultReadiness = false

    /// - Parameters:
    ///   - port: where the process takes traffic; `nil` when it takes none.
    ///   - host: what requests name as their host.
    init(_ process: AppProcess, port: Int?, host: String?) {
        defaultUptime = max(10, process.checks.defaultUptime)
        let checks = process.checks.mode == .enabled ? process.checks.healthchecks : []
        let startup = checks.filter { $0.purpose == .startup }
        for check in startup {
            if case .uptime(let seconds) = check.probe { minReadySeconds = max(minReadySeconds, seconds) }
        }
        // The local host's default: an uptime without a restart.
        if process.checks.mode == .enabled, startup.isEmpty { minReadySeconds = process.checks.defaultUptime }
        add(startup, "startupProbe", process.type, port, host)
        add(checks.filter { $0.purpose == .readiness }, "readinessProbe", process.type, port, host)
        add(checks.filter { $0.purpose == .liveness }, "livenessProbe", process.type, port, host)
        guard documents["readinessProbe"] == nil, let port, process.checks.mode == .enabled else { return }
        // Traffic goes to whatever is ready, so what takes traffic has to be asked.
        hasDefaultReadiness = true
        documents["readinessProbe"] = [
            "tcpSocket": ["port": .integer(port)], "periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 3,
        ]
    }

    /// Seconds from an instance's start in which its readiness probe must have succeeded; `nil` without one.
    var readinessBudget: Int? {
        guard documents["readinessProbe"] != nil else { return nil }
        if hasDefaultReadiness { return defaultUptime + budget("startupProbe") }
        return 10 + budget("startupProbe") + budget("readinessProbe")
    }

    /// Seconds after which a probe has failed for good.
    private func budget(_ name: String) -> Int {
        guard let probe = documents[name] else { return 0 }
        func number(_ field: String) -> Int { probe[field]?.whole ?? 0 }
        let attempt = max(number("periodSeconds"), number("timeoutSeconds"))
        return number("initialDelaySeconds") + number("failureThreshold") * attempt
    }

    private mutating func add(
        _ checks: [Healthcheck], _ name: String, _ type: ProcessType, _ port: Int?, _ host: String?
    ) {
        for check in checks {
            // As long as an instance lives, nobody compares what its pages contain.
            let isLiveness = check.purpose == .liveness
            if isLiveness, case .http(let request) = check.probe, request.content != nil {
                unmapped.append(
                    "\(type): the content of check '\(check.name)' is not compared: a probe sees the status only")
            }
            guard let action = action(check, type, port, host) else { continue }
            guard documents[name] == nil else {
                // What must be so at the start and what must be so for traffic are both waited for.
                if name == "startupProbe", documents["readinessProbe"] == nil {
                    documents["readinessProbe"] = probe(check, action)
                    names["readinessProbe"] = words(check, action)
                } else {
                    unmapped.append("\(type): check '\(check.name)' is left out: a container has one \(name)")
                }
                continue
            }
            documents[name] = probe(check, action)
            names[name] = words(check, action)
        }
    }

    private func words(_ check: Healthcheck, _ action: (String, JSONValue)) -> String {
        let port = action.1["port"]?.whole ?? 0
        let what =
            switch action.0 {
            case "httpGet": "GET \(action.1["path"]?.text ?? "/") on port \(port)"
            case "tcpSocket": "port \(port)"
            default: (action.1["command"]?.items?.compactMap(\.text) ?? []).joined(separator: " ")
            }
        return "'\(check.name)' (\(what))"
    }

    private func probe(_ check: Healthcheck, _ action: (String, JSONValue)) -> JSONValue {
        var probe: [String: JSONValue] = [
            action.0: action.1, "failureThreshold": .integer(check.attempts), "timeoutSeconds": .integer(check.timeout),
            "periodSeconds": .integer(max(1, check.wait)),
        ]
        if check.initialDelay > 0 { probe["initialDelaySeconds"] = .integer(check.initialDelay) }
        return .object(probe)
    }

    /// What the probe does; `nil` when no probe can.
    private mutating func action(_ check: Healthcheck, _ type: ProcessType, _ port: Int?, _ host: String?) -> (
        String, JSONValue
    )? {
        if check.isWarning {
            if check.purpose != .liveness { ours.append(check) }
            return nil
        }
        if check.onFailure != nil { unmapped.append("\(type): onFailure of check '\(check.name)' is not run") }
        let port = check.port ?? port ?? 5_000
        switch check.probe {
        case .command(let words): return ("exec", ["command": .array(words.map { .string($0) })])
        case .listening: return ("tcpSocket", ["port": .integer(port)])
        case .uptime: return nil
        case .http(let request):
            if request.content != nil, check.purpose != .liveness { ours.append(check) }
            var headers = request.headers
            if let host, !headers.contains(where: { $0.name.lowercased() == "host" }) {
                headers.append(.init(name: "Host", value: host))
            }
            var get: [String: JSONValue] = [
                "path": .string(request.path), "port": .integer(port), "scheme": .string(request.scheme.uppercased()),
            ]
            if !headers.isEmpty {
                get["httpHeaders"] = .array(
                    headers.map { ["name": .string($0.name), "value": .string($0.value)] })
            }
            return ("httpGet", .object(get))
        }
    }
}
