import APIClient
import AdapterKit

/// Runs the checks that no probe can do against an instance: through the API server, which reaches pods wherever we are.
struct OwnChecks: Sendable {
    let cluster: Cluster
    let workload: Workload
    let console: any Console
    let clock: any Clock<Duration>
    let mask: SecretMask

    /// What of a page is looked at.
    private static let longestBody = 1 << 20

    private struct Failed: Error { var reason: String }

    /// - Throws: ``RolloutWatch/Failed`` for the first instance that fails a check. One that only warns is told.
    func run(on pods: [Pod]) async throws {
        for (index, pod) in pods.enumerated() {
            for check in workload.ownChecks {
                guard let reason = try await failure(of: check, pod) else { continue }
                let tries = check.attempts == 1 ? "" : " in \(check.attempts) attempts"
                let sentence = "check '\(check.name)' failed\(tries): \(mask.masked(reason))"
                guard check.isWarning else {
                    throw RolloutWatch.Failed(
                        workload: workload,
                        trouble: InstanceTrouble(cause: .checkFailed, text: sentence, isPassing: false), pods: [pod])
                }
                await console.report(.warning("\(InstanceName(workload.process, index + 1)): \(sentence)"))
            }
        }
    }

    private func failure(of check: Healthcheck, _ pod: Pod) async throws -> String? {
        var reason = ""
        for attempt in 1...check.attempts {
            do {
                try await tryOnce(check, pod)
                return nil
            } catch let failed as Failed {
                reason = failed.reason
                if attempt < check.attempts { try await clock.sleep(for: .seconds(check.wait)) }
            }
        }
        return reason
    }

    private func tryOnce(_ check: Healthcheck, _ pod: Pod) async throws {
        switch check.probe {
        case .http(let probe): try await answer(probe, check, pod)
        case .command(let words): try await succeed(words, pod)
        case .listening: try await listen(check, pod)
        case .uptime: return
        }
    }

    private func succeed(_ words: [String], _ pod: Pod) async throws {
        let console = CollectingConsole()
        let status = try await ExecSession(
            cluster: cluster, pod: pod.metadata.name, container: pod.ownContainer(workload.container)
        ).run(words, hasTerminal: false, console: console)
        guard status != .success else { return }
        let last = await console.text.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(200))" } ?? ""
        throw Failed(reason: "the command exited with code \(status.rawValue)\(last)")
    }

    private func listen(_ check: Healthcheck, _ pod: Pod) async throws {
        let port = check.port ?? workload.port ?? 5_000
        let response = try await response(to: .init(path: "/"), port, check, pod)
        // The API server's own words for a pod that it cannot connect to.
        if response.status == 503 || response.status == 502, response.said.contains("dial tcp") {
            throw Failed(reason: "nothing listens on port \(port)")
        }
    }

    private func answer(_ probe: Healthcheck.HTTPProbe, _ check: Healthcheck, _ pod: Pod) async throws {
        let port = check.port ?? workload.port ?? 5_000
        let response = try await response(to: probe, port, check, pod)
        guard (200..<400).contains(response.status) else {
            if response.said.contains("dial tcp") {
                throw Failed(reason: "GET \(probe.path) on port \(port): nothing listens there")
            }
            throw Failed(reason: "GET \(probe.path) on port \(port) was answered with \(response.status)")
        }
        if let content = probe.content, !response.said.contains(content) {
            throw Failed(reason: "the answer to GET \(probe.path) on port \(port) does not contain '\(content)'")
        }
    }

    private func response(
        to probe: Healthcheck.HTTPProbe, _ port: Int, _ check: Healthcheck, _ pod: Pod
    ) async throws -> (status: Int, said: String) {
        let scheme = probe.scheme == "https" ? "https:" : ""
        // The API server names the pod as the host: the one header that cannot be passed on.
        let headers = probe.headers.filter { $0.name.lowercased() != "host" }.map { HTTPHeader($0.name, $0.value) }
        let limit = Duration.seconds(check.timeout)
        let parts = probe.path.split(separator: "?", maxSplits: 1).map(String.init)
        let request = APIRequest(
            .get,
            ResourceKind.pod.path(in: cluster.namespace) + "/\(scheme)\(pod.metadata.name):\(port)/proxy"
                + (parts.first ?? "/") + (parts.count == 2 ? "?" + parts[1] : ""),
            headers: headers,
            timeouts: Timeouts(connect: .seconds(10), idle: limit, total: limit + .seconds(5)))
        do {
            let response = try await cluster.client.transport.response(to: request, atMost: Self.longestBody)
            return (response.status, String(decoding: response.body, as: UTF8.self))
        } catch APIFailure.timedOut {
            throw Failed(reason: "GET \(probe.path) on port \(port): no answer in \(check.timeout) s")
        }
    }
}
