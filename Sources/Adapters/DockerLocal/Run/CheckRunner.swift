import APIClient
import AdapterKit
import DockerEngine

/// Runs a process type's checks against one container (contract 2.6 and 3.10).
struct CheckRunner: Sendable {
    let engine: DockerEngine
    let container: ContainerDetails
    /// The port that the process was told to listen on; `nil` for processes that take no traffic.
    let port: Int?
    /// Sent as the host of requests.
    let domain: String?
    let instance: InstanceName
    let console: any Console
    let context: AdapterContext
    /// When the container was started, in seconds since 1970, for one that has run before; `nil` for right now.
    var startedAt: Int?

    /// What of a body is looked at.
    private static let longestBody = 1 << 20

    private struct Failed: Error {
        var reason: String
    }

    /// Runs `checks` side by side: those for starting, then those for readiness.
    /// - Returns: why checks failed, `nil` when none did. A check that only warns never counts.
    func run(_ checks: [Healthcheck]) async throws -> [String]? {
        for purpose in [Healthcheck.Purpose.startup, .readiness] {
            let failures = try await throttled(checks.filter { $0.purpose == purpose }, atOnce: 16) { check in
                try await failure(of: check)
            }.compactMap { $0 }
            if !failures.isEmpty { return failures }
        }
        return nil
    }

    /// Tries `check` as often as it says.
    private func failure(of check: Healthcheck) async throws -> String? {
        try await pause(check.initialDelay)
        var problem = ""
        for attempt in 1...max(1, check.attempts) {
            do {
                try await within(check, attempt: attempt)
                return nil
            } catch let failed as Failed {
                problem = failed.reason
                if attempt < check.attempts { try await pause(check.wait) }
            }
        }
        problem = SecretMask(container.Config.Env ?? []).masked(problem)
        let tries = check.attempts == 1 ? "" : " in \(check.attempts) attempts"
        let sentence = "check '\(check.name)' failed\(tries): \(problem)"
        if check.isWarning {
            await console.report(.warning("\(instance): \(sentence)"))
            return nil
        }
        try await FailureHook(check: check, instance: instance, context: context, console: console).run(problem)
        return sentence
    }

    private func within(_ check: Healthcheck, attempt: Int) async throws {
        switch check.probe {
        case .uptime(let seconds):
            try await pause(startedAt.map { min(seconds, seconds - (context.now() - $0)) } ?? seconds)
        case .command(let words): try await limited(check.timeout) { try await succeed(words) }
        case .listening: try await listen(check)
        case .http(let probe): try await answer(probe, check)
        }
    }

    private func succeed(_ words: [String]) async throws {
        let exec = ExecSession(engine: engine, container: container.Id)
        let (status, output) = try await exec.collect(words)
        guard status == .success else {
            let last = output.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(200))" } ?? ""
            throw Failed(reason: "the command exited with code \(status.rawValue)\(last)")
        }
    }

    private func listen(_ check: Healthcheck) async throws {
        let port = check.port ?? port ?? 5_000
        do {
            try await PortProbe.connect(host: try address(), port: port, timeout: .seconds(check.timeout))
        } catch is APIFailure {
            throw Failed(reason: "nothing listens on port \(port)")
        }
    }

    private func answer(_ probe: Healthcheck.HTTPProbe, _ check: Healthcheck) async throws {
        let port = check.port ?? port ?? 5_000
        let transport = CurlTransport(
            // No authority signs for a container's address.
            endpoint: APIEndpoint(
                .url("\(probe.scheme)://\(try address()):\(port)"), tls: TLSSettings(verifiesPeer: false),
                usesProxy: false))
        let limit = Duration.seconds(check.timeout)
        var headers = probe.headers.map { HTTPHeader($0.name, $0.value) }
        if let domain, !headers.contains(where: { $0.name.lowercased() == "host" }) {
            headers.append(HTTPHeader("Host", domain))
        }
        let request = APIRequest(
            .get, probe.path, headers: headers,
            timeouts: Timeouts(connect: limit, idle: limit, total: limit))
        let response: APIResponse
        do {
            response = try await transport.response(to: request, atMost: Self.longestBody)
        } catch let failure as APIFailure {
            throw Failed(reason: "GET \(probe.path) on port \(port): \(failure.plain)")
        }
        let body = String(decoding: response.body, as: UTF8.self)
        guard (200..<400).contains(response.status) else {
            let snippet = body.split(whereSeparator: \.isNewline).first.map { ": \($0.prefix(120))" } ?? ""
            throw Failed(reason: "GET \(probe.path) on port \(port) was answered with \(response.status)\(snippet)")
        }
        if let content = probe.content, !body.contains(content) {
            throw Failed(reason: "the answer to GET \(probe.path) on port \(port) does not contain '\(content)'")
        }
    }

    private func address() throws -> String {
        guard let address = container.address else {
            throw Failed(reason: "the container has no address in a network")
        }
        return address.contains(":") ? "[\(address)]" : address
    }

    private func limited(_ seconds: Int, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask(operation: body)
            tasks.addTask {
                try await Task.sleep(for: .seconds(min(seconds, 86_400)))
                throw Failed(reason: "it took longer than \(seconds) s")
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    private func pause(_ seconds: Int) async throws {
        if seconds > 0 { try await context.clock.sleep(for: .seconds(min(seconds, 86_400))) }
    }
}
