import APIClient
import AdapterKit

/// Runs the checks that Nomad does not run against allocations, from here: pages and ports at the address that the node
/// has given them, commands inside of them.
struct OwnChecks: Sendable {
    let server: NomadServer
    let group: PlannedGroup
    let console: any Console
    let clock: any Clock<Duration>
    let mask: SecretMask

    /// What of a page is looked at.
    private static let longestBody = 1 << 20
    /// How many allocations are asked at a time.
    private static let atOnce = 8

    private struct Failed: Error { var reason: String }

    /// - Throws: ``RolloutFailure`` for an allocation that fails a check. One that only warns is told.
    func run(on allocations: [Allocation], of watched: RolloutState.Group) async throws {
        for purpose in [Healthcheck.Purpose.startup, .readiness] {
            let checks = group.ownChecks.filter { $0.purpose == purpose }
            guard !checks.isEmpty else { continue }
            _ = try await throttled(allocations, atOnce: Self.atOnce) { allocation in
                // Lists do not say where an allocation is reached.
                let whole = try await server.send(NomadCalls.allocation(allocation.ID)) ?? allocation
                for check in checks { try await run(check, whole, watched) }
            }
        }
    }

    private func run(_ check: Healthcheck, _ allocation: Allocation, _ watched: RolloutState.Group) async throws {
        guard let reason = try await failure(of: check, allocation) else { return }
        let tries = check.attempts == 1 ? "" : " in \(check.attempts) attempts"
        let sentence = "check '\(check.name)' failed\(tries): \(mask.masked(reason))"
        guard check.isWarning else {
            throw RolloutFailure(
                group: watched, trouble: AllocationTrouble(cause: .checkFailed, text: sentence, isPassing: false),
                allocations: [allocation])
        }
        await console.report(.warning("\(InstanceName(group.process, (allocation.index ?? 0) + 1)): \(sentence)"))
    }

    private func failure(of check: Healthcheck, _ allocation: Allocation) async throws -> String? {
        if check.initialDelay > 0 { try await clock.sleep(for: .seconds(check.initialDelay)) }
        var reason = ""
        for attempt in 1...check.attempts {
            do {
                try await tryOnce(check, allocation)
                return nil
            } catch let failed as Failed {
                reason = failed.reason
                if attempt < check.attempts { try await clock.sleep(for: .seconds(check.wait)) }
            }
        }
        return reason
    }

    private func tryOnce(_ check: Healthcheck, _ allocation: Allocation) async throws {
        switch check.probe {
        case .http(let probe): try await answer(probe, check, allocation)
        case .command(let words): try await succeed(words, check, allocation)
        case .listening: try await listen(check, allocation)
        case .uptime: return
        }
    }

    private func succeed(_ words: [String], _ check: Healthcheck, _ allocation: Allocation) async throws {
        let console = CollectingConsole()
        let session = ExecSession(server: server, allocation: allocation.ID, task: group.name)
        let status: ExitStatus?
        do {
            status = try await within(.seconds(check.timeout)) {
                try await session.run(words, hasTerminal: false, hasInput: false, console: console)
            }
        } catch let error as AdapterError where error.code == .notFound {
            throw Failed(reason: ([error.message] + error.details).joined(separator: ": "))
        }
        guard let status else { throw Failed(reason: "the command took longer than \(check.timeout) s") }
        guard status != .success else { return }
        let last = await console.text.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(200))" } ?? ""
        throw Failed(reason: "the command exited with code \(status.rawValue)\(last)")
    }

    private func listen(_ check: Healthcheck, _ allocation: Allocation) async throws {
        let port = check.port ?? group.checkedPort
        let place = try place(of: port, allocation)
        do {
            // On the node's own machine Docker forwards connections itself; elsewhere the kernel does, which refuses.
            let isForwarded = place.host.hasPrefix("127.") || place.host == "[::1]"
            try await PortProbe.connect(
                host: place.host, port: place.port, timeout: .seconds(check.timeout), isForwarded: isForwarded)
        } catch is APIFailure {
            throw Failed(reason: "nothing listens on port \(port)")
        }
    }

    private func answer(_ probe: Healthcheck.HTTPProbe, _ check: Healthcheck, _ allocation: Allocation) async throws {
        let port = check.port ?? group.checkedPort
        let place = try place(of: port, allocation)
        let transport = CurlTransport(
            // No authority signs for an allocation's address.
            endpoint: APIEndpoint(
                .url("\(probe.scheme)://\(place.host):\(place.port)"), tls: TLSSettings(verifiesPeer: false),
                usesProxy: false))
        let limit = Duration.seconds(check.timeout)
        var headers = probe.headers.map { HTTPHeader($0.name, $0.value) }
        if let host = group.checkHost, !headers.contains(where: { $0.name.lowercased() == "host" }) {
            headers.append(HTTPHeader("Host", host))
        }
        let request = APIRequest(
            .get, probe.path, headers: headers, timeouts: Timeouts(connect: limit, idle: limit, total: limit))
        let response: APIResponse
        do {
            response = try await transport.response(to: request, atMost: Self.longestBody)
        } catch let failure as APIFailure {
            throw Failed(reason: "GET \(probe.path) on port \(port): \(failure.plain)")
        }
        let body = String(decoding: response.body, as: UTF8.self)
        guard (200..<400).contains(response.status) else {
            throw Failed(reason: "GET \(probe.path) on port \(port) was answered with \(response.status)")
        }
        if let content = probe.content, !body.contains(content) {
            throw Failed(reason: "the answer to GET \(probe.path) on port \(port) does not contain '\(content)'")
        }
    }

    /// Where a port of the container is reached.
    private func place(of port: Int, _ allocation: Allocation) throws -> (host: String, port: Int) {
        guard let place = allocation.AllocatedResources?.address(of: group.label(of: port)) else {
            throw Failed(reason: "its node gives port \(port) no address")
        }
        return (place.host.contains(":") ? "[\(place.host)]" : place.host, place.port)
    }
}
