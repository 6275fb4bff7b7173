import APIClient
import JSONDocument
import Traffic

/// A node's questions to a container: has it started, is it ready, is it alive.
struct Probing: Sendable {
    private let cluster: Cluster
    private let key: ObjectKey
    private let uid: String
    private let container: JSONValue
    private let workload: Workload
    private let environment: [String: String]

    init(
        _ cluster: Cluster, _ key: ObjectKey, _ uid: String, _ container: JSONValue, _ workload: Workload,
        _ environment: [String: String]
    ) {
        self.cluster = cluster
        self.key = key
        self.uid = uid
        self.container = container
        self.workload = workload
        self.environment = environment
    }

    /// Asks until the container is to be killed, or the task is cancelled.
    func run() async {
        if container["startupProbe"] != nil, await !passes("startupProbe", "Startup") { return }
        guard !Task.isCancelled else { return }
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await keepsReady()
                return false
            }
            tasks.addTask {
                guard container["livenessProbe"] != nil else {
                    await cluster.clock.pause(1_000_000)
                    return true
                }
                return await fails("livenessProbe", "Liveness")
            }
            for await mustEnd in tasks where mustEnd { break }
            tasks.cancelAll()
        }
    }

    private func seconds(_ probe: String, _ field: String) -> Double { Double(container.at(probe, field)?.whole ?? 0) }

    /// Whether the probe passes before it has failed too often.
    private func passes(_ probe: String, _ word: String) async -> Bool {
        await cluster.clock.pause(seconds(probe, "initialDelaySeconds"))
        for _ in 0..<max(1, Int(seconds(probe, "failureThreshold"))) {
            await cluster.clock.pause(min(1, seconds(probe, "periodSeconds")))
            guard !Task.isCancelled else { return true }
            guard let trouble = await trouble(probe) else { return true }
            await tell(word, trouble)
            await cluster.clock.pause(max(0, seconds(probe, "periodSeconds") - 1))
        }
        await kill(word)
        return false
    }

    /// Waits until the probe has failed too often.
    /// - Returns: whether it has; `false` when the task is cancelled.
    private func fails(_ probe: String, _ word: String) async -> Bool {
        await cluster.clock.pause(seconds(probe, "initialDelaySeconds"))
        var failures = 0.0
        while !Task.isCancelled {
            await cluster.clock.pause(max(1, seconds(probe, "periodSeconds")))
            guard !Task.isCancelled else { return false }
            guard let trouble = await trouble(probe) else {
                failures = 0
                continue
            }
            await tell(word, trouble)
            failures += 1
            if failures >= seconds(probe, "failureThreshold") {
                await kill(word)
                return true
            }
        }
        return false
    }

    /// Says whether the container is ready, until the task is cancelled.
    private func keepsReady() async {
        guard container["readinessProbe"] != nil else {
            // A node looks at its containers once a second: what ends at once was never seen to be ready.
            await cluster.clock.pause(0.5)
            if !Task.isCancelled { await cluster.setReady(key, uid) }
            return
        }
        await cluster.clock.pause(seconds("readinessProbe", "initialDelaySeconds"))
        var isReady = false
        while !Task.isCancelled {
            await cluster.clock.pause(isReady ? max(1, seconds("readinessProbe", "periodSeconds")) : 1)
            guard !Task.isCancelled else { return }
            let trouble = await trouble("readinessProbe")
            guard !Task.isCancelled else { return }
            isReady = trouble == nil
            await cluster.setReady(key, uid, isReady)
            if let trouble { await tell("Readiness", trouble) }
        }
    }

    private func tell(_ word: String, _ trouble: String) async {
        await cluster.tell(key, "Unhealthy", "\(word) probe failed: \(trouble)", container["name"]?.text)
    }

    private func kill(_ word: String) async {
        let name = container["name"]?.text ?? ""
        await cluster.tell(
            key, "Killing", "Container \(name) failed \(word.lowercased()) probe, will be restarted", name)
    }

    /// What is wrong, as a node says it; `nil` when all is well.
    private func trouble(_ probe: String) async -> String? {
        if let words = container.at(probe, "exec", "command")?.items?.compactMap(\.text) {
            return await trouble(of: words)
        }
        let request = container.at(probe, "httpGet") ?? container.at(probe, "tcpSocket") ?? container.at(probe, "grpc")
        let asked = request?["port"]
        let named = (container["ports"]?.items ?? []).first { $0["name"] == asked }?["containerPort"]
        let port = asked?.whole ?? asked?.text.flatMap { Int($0) } ?? named?.whole ?? 0
        let address = "\(await cluster.address(of: key)):\(port)"
        guard workload.serves, port == Int(environment["PORT"] ?? "") ?? 5_000 else {
            let refusal = "dial tcp \(address): connect: connection refused"
            guard let path = container.at(probe, "httpGet", "path")?.text else { return refusal }
            return "Get \"http://\(address)\(path)\": \(refusal)"
        }
        guard container.at(probe, "httpGet") != nil else { return nil }
        let path = container.at(probe, "httpGet", "path")?.text ?? "/"
        guard case .whole(let head, _) = await WorkloadPages().answer(ServedRequest("GET", path)) else { return nil }
        let status = head.status
        return (200..<400).contains(status) ? nil : "HTTP probe failed with statuscode: \(status)"
    }

    private func trouble(of words: [String]) async -> String? {
        guard case .runs(let check) = Workload.start(words) else {
            return
                "OCI runtime exec failed: exec failed: exec: \"\(words.first ?? "")\": executable file not found in $PATH: "
                + "unknown"
        }
        let said = Guarded<[UInt8]>([])
        let (cluster, key) = (self.cluster, self.key)
        let status = await check.run(
            in: .init(
                environment: environment, output: { _, bytes in said.withLock { $0 += bytes } }, pause: { _ in },
                file: { await cluster.file(key, $0, $1) }))
        // A node says what the program said; that it failed is all it knows of its status.
        return status == 0 ? nil : String(decoding: said.withLock { $0 }, as: UTF8.self)
    }
}

extension Cluster {
    fileprivate func tell(_ key: ObjectKey, _ reason: String, _ message: String, _ container: String?) {
        guard let pod = store[key] else { return }
        event(pod, reason == "Killing" ? "Normal" : "Warning", reason, message, container: container)
    }

    fileprivate func address(of key: ObjectKey) -> String { store[key]?.at("status", "podIP")?.text ?? "" }
}
