import JSONDocument
import Traffic

/// What a check of a service has found.
struct CheckResult: Sendable {
    var check: JSONValue
    var service: String
    var group: String
    var status = "pending"
    var code: Int?
    var output = "nomad: waiting to run"
    var time = 0
    var failures = 0
    var isReadiness: Bool { check.string("OnUpdate") == "ignore" }

    var json: JSONValue {
        var document: JSONValue = [
            "Check": check["Name"] ?? "", "Group": .string(group), "Mode": isReadiness ? "readiness" : "healthiness",
            "Output": .string(output), "Service": .string(service), "Status": .string(status),
            "Timestamp": .integer(time / 1_000_000_000),
        ]
        if let code { document["StatusCode"] = .integer(code) }
        return document
    }
}

/// The checks of services that Nomad itself keeps (1.4 and newer). There is no Consul here.
extension NomadCluster {
    /// Begins to ask what `allocation` offers.
    func startChecks(_ allocation: Allocation) {
        for service in services(of: allocation) where service.string("Provider") == "nomad" && isAtLeast(1, 4) {
            for (number, check) in (service["Checks"]?.items ?? []).enumerated() {
                let id = "\(service.string("Name"))/\(number)"
                checkResults[allocation.id, default: [:]][id] = CheckResult(
                    check: check, service: service.string("Name"), group: "\(allocation.name.prefix { $0 != "[" })")
                Task { await self.keepChecking(allocation.id, id, service, check) }
            }
        }
    }

    func services(of allocation: Allocation) -> [JSONValue] {
        (allocation.groupSpec["Services"]?.items ?? []) + allocation.tasks.flatMap { $0["Services"]?.items ?? [] }
    }

    /// Whether every check that a deployment waits for has passed.
    func passesChecks(_ allocation: Allocation) -> Bool {
        let services = services(of: allocation).filter { !($0["Checks"]?.items ?? []).isEmpty }
        // Checks that nobody makes never pass.
        guard services.allSatisfy({ $0.string("Provider") == "nomad" && isAtLeast(1, 4) }) else { return false }
        return (checkResults[allocation.id] ?? [:]).values.allSatisfy { $0.isReadiness || $0.status == "success" }
    }

    private func keepChecking(_ id: String, _ key: String, _ service: JSONValue, _ check: JSONValue) async {
        var startedAt: Int?
        while let allocation = allocations[id], allocation.isWanted, !allocation.isTerminal {
            guard let start = runningSince(id)?.max() else {
                await wait { self.runningSince(id) != nil || self.isSettled(id) }
                continue
            }
            if start != startedAt {
                startedAt = start
                checkResults[id]?[key]?.failures = 0
            }
            note(id, key, outcome(service, check, allocation))
            restartIfIll(id, key, check, allocation, since: start)
            await clock.pause(max(1, Double(check.number("Interval")) / 1e9))
        }
    }

    private func note(_ id: String, _ key: String, _ found: (isGood: Bool, code: Int?, output: String)) {
        guard var result = checkResults[id]?[key] else { return }
        let before = result.status
        result.status = found.isGood ? "success" : "failure"
        (result.code, result.output, result.time) = (found.code, found.output, now)
        result.failures = found.isGood ? 0 : result.failures + 1
        checkResults[id]?[key] = result
        if before != result.status { notice() }
    }

    private func outcome(_ service: JSONValue, _ check: JSONValue, _ allocation: Allocation) -> (
        isGood: Bool, code: Int?, output: String
    ) {
        let label = check["PortLabel"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? service.string("PortLabel")
        let port = allocation.ports.first { $0.label == label }
        guard port != nil, listening.contains("\(allocation.id)/\(label)") else {
            return (false, nil, "dial tcp \(address):\(port?.value ?? 0): connect: connection refused")
        }
        guard check.string("Type") == "http" else { return (true, nil, "nomad: tcp ok") }
        let path = check.string("Path")
        let status = WorkloadPages.status(of: path.isEmpty ? "/" : path)
        return status < 400 ? (true, status, "nomad: http ok") : (false, status, "not found\n")
    }

    /// A task whose check fails too often is started again, where the check says so.
    private func restartIfIll(_ id: String, _ key: String, _ check: JSONValue, _ allocation: Allocation, since: Int) {
        let policy = check["CheckRestart"] ?? .null
        let limit = policy.number("Limit")
        guard limit > 0, let result = checkResults[id]?[key], result.failures >= limit,
            now - since >= policy.number("Grace")
        else { return }
        checkResults[id]?[key]?.failures = 0
        let named = check.string("TaskName")
        for task in allocation.tasks.map({ $0.string("Name") }) where named.isEmpty || named == task {
            record(id, task, .unhealthy(check.string("Name")))
            tell(id, task, .restart)
        }
    }

    // MARK: questions

    /// What `/v1/client/allocation/ID/checks` tells.
    func checks(_ allocation: Allocation) -> NomadReply {
        let found = (checkResults[allocation.id] ?? [:]).map { key, result -> (String, JSONValue) in
            var document = result.json
            let id = Base64.encode(Array("\(allocation.id)/\(key)".utf8)).lowercased().filter(\.isHexDigit)
            document["ID"] = .string(id)
            return (id, document)
        }
        return .plain(.object(Dictionary(found) { first, _ in first }))
    }
}
