import APIClient

/// Sees pods out.
struct PodEnd: Sendable {
    let cluster: Cluster
    let selector: String
    let clock: any Clock<Duration>

    /// Returns when no pod is left, or after `time`: pods end by themselves, and the cluster kills those that take too
    /// long.
    func ended(within time: Duration) async throws {
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline {
            let list = try await pods()
            guard !list.items.isEmpty else { return }
            try await nextDeletion(after: list.metadata.resourceVersion ?? "0")
        }
    }

    /// Ends them at once, and waits until they have ended and nothing is left that would make new ones.
    func hasten(within time: Duration) async throws {
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline {
            async let makers = cluster.send(
                KubernetesCalls.list(.replicaSet, in: cluster.namespace, selector: selector, as: ObjectHead.self))
            let (left, list) = try await (makers.items, pods())
            guard !left.isEmpty || !list.items.isEmpty else { return }
            for pod in list.items where pod.metadata.deletionTimestamp == nil {
                try await cluster.send(
                    KubernetesCalls.delete(.pod, pod.metadata.name, in: cluster.namespace, grace: 1))
            }
            // A maker that is on its way out may still make one: that is met in the next round.
            try await clock.sleep(for: .milliseconds(200))
        }
    }

    private func pods() async throws -> ObjectList<ObjectHead> {
        try await cluster.send(
            KubernetesCalls.list(.pod, in: cluster.namespace, selector: selector, as: ObjectHead.self))
    }

    /// Returns when a pod has gone, or after a while in which none has.
    private func nextDeletion(after version: String) async throws {
        var request = KubernetesCalls.watch(.pod, in: cluster.namespace, selector: selector, from: version)
        request.timeouts = Timeouts(idle: .seconds(5), total: .seconds(10))
        var lines = LineSplitter()
        do {
            for try await bytes in try await cluster.client.stream(request) {
                for line in lines.lines(adding: bytes) where !line.isEmpty {
                    switch try WatchEvent<ObjectHead>(line: line) {
                    case .deleted, .error: return
                    default: continue
                    }
                }
            }
        } catch let failure as APIFailure where failure.isPassing {
            return
        }
    }
}
