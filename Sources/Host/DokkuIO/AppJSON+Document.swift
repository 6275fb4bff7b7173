import AdapterKit

/// `app.json` as it is written.
extension AppJSON {
    struct Document: Decodable {
        struct FormationEntry: Decodable {
            struct Service: Decodable {
                var exposed: Bool?
            }

            var quantity: Int?
            var max_parallel: Int?
            var service: Service?
            var autoscaling: AppJSON.AutoscalingEntry?
        }

        struct CronItem: Decodable {
            var command: String
            var schedule: String
            var maintenance: Bool?
            var concurrency_policy: String?
        }

        struct Scripts: Decodable {
            struct DokkuScripts: Decodable {
                var predeploy: String?
                var postdeploy: String?
            }

            var dokku: DokkuScripts?
            var postdeploy: String?
        }

        var formation: [String: FormationEntry?]?
        var healthchecks: [String: [HealthcheckEntry]?]?
        var cron: [CronItem]?
        var scripts: Scripts?
    }

    struct HealthcheckEntry: Decodable {
        struct Hook: Decodable {
            var command: [String]?
            var url: String?
        }

        var attempts: Int?
        var command: [String]?
        var content: String?
        var httpHeaders: [Healthcheck.HTTPProbe.Header]?
        var initialDelay: Int?
        var listening: Bool?
        var name: String?
        var path: String?
        var port: Int?
        var scheme: String?
        var timeout: Int?
        var type: String?
        var uptime: Int?
        var wait: Int?
        var warn: Bool?
        var onFailure: Hook?
    }
}

extension AppJSON.HealthcheckEntry {
    /// Zero and empty count as not given, as Dokku drops them.
    func check(place: String, index: Int) throws -> Healthcheck {
        func wrong(_ what: String) -> AdapterError { AdapterError(.invalidInput, "\(place) \(what)") }
        let purpose = type.flatMap { $0.isEmpty ? nil : $0 } ?? "startup"
        guard let purpose = Healthcheck.Purpose(rawValue: purpose) else {
            throw wrong("has type '\(purpose)', which is not startup, readiness or liveness")
        }
        var probes: [(String, Healthcheck.Probe)] = []
        if let command, !command.isEmpty { probes.append(("command", .command(words: command))) }
        if let path, !path.isEmpty {
            guard path.hasPrefix("/") else { throw wrong("has path '\(path)', which must begin with '/'") }
            let scheme = scheme.flatMap { $0.isEmpty ? nil : $0 } ?? "http"
            guard ["http", "https"].contains(scheme.lowercased()) else {
                throw wrong("has scheme '\(scheme)', which is not http or https")
            }
            let content = content.flatMap { $0.isEmpty ? nil : $0 }
            probes.append(
                (
                    "path",
                    .http(
                        request: .init(
                            path: path, scheme: scheme.lowercased(), content: content, headers: httpHeaders ?? []))
                ))
        }
        if listening == true { probes.append(("listening", .listening)) }
        if let uptime, uptime > 0 { probes.append(("uptime", .uptime(seconds: uptime))) }
        guard probes.count <= 1 else {
            throw wrong("asks for \(probes.map(\.0).joined(separator: " and ")) at once: write one check for each")
        }
        if let port, !(0...65_535).contains(port) { throw wrong("has port \(port), which is none") }
        for (name, number, most) in [
            ("attempts", attempts, 1_000), ("timeout", timeout, Self.longest), ("wait", wait, Self.longest),
            ("initialDelay", initialDelay, Self.longest), ("uptime", uptime, Self.longest),
        ] {
            guard let number, !(0...most).contains(number) else { continue }
            throw wrong("has \(name) \(number), which is not between 0 and \(most)")
        }
        let probe = probes.first?.1 ?? .uptime(seconds: 1)
        let hook = onFailure.map { Healthcheck.FailureHook(command: $0.command ?? [], url: $0.url) }
        return Healthcheck(
            name: name.flatMap { $0.isEmpty ? nil : $0 } ?? "\(purpose.rawValue) check \(index + 1)", purpose: purpose,
            probe: probe, port: port == 0 ? nil : port, attempts: positive(attempts) ?? 3,
            timeout: positive(timeout) ?? 5, wait: positive(wait) ?? 5, initialDelay: initialDelay ?? 0,
            isWarning: warn ?? false, onFailure: hook)
    }

    /// Seconds: a check that takes longer than a day is a mistake.
    private static let longest = 86_400

    private func positive(_ number: Int?) -> Int? { number.flatMap { $0 > 0 ? $0 : nil } }
}
