import APIClient
import AdapterKit
import JSONDocument

/// One pod's life as a task: made once, its command run once, its exit status brought back.
struct TaskRun: Sendable {
    let pod: TaskPod
    let cluster: Cluster
    let console: any Console
    let clock: any Clock<Duration>
    /// Whose task it is, for messages.
    let app: AppName
    let settings: KubernetesSettings
    /// Seconds that it may take to end when its caller leaves.
    let stopTimeout: Int

    /// The image has no shell that could wait: nothing was run.
    struct NoShell: Error {}

    /// How long a pod may be on its way before the person is told what it waits for.
    private static let patience = Duration.seconds(10)

    func detached() async throws -> ExitStatus {
        try await orRemoved { board, id in
            if case .ended(let ended) = try await begin(id, on: board, waitsForNode: false),
                let status = await ended.unrunnable(pod, console)
            {
                await remove(grace: 0)
                return status
            }
            try await console.write(Array((pod.name + "\n").utf8), to: .output)
            return .success
        }
    }

    /// - Throws: ``NoShell`` when the pod was to wait and cannot; it is gone by then.
    func attached() async throws -> ExitStatus {
        let status = try await orRemoved { board, id in
            switch try await begin(id, on: board, waitsForNode: true) {
            case .waits: return ExitStatus.success
            case .ended(let ended):
                if pod.isGated, ended.lacksShell { throw NoShell() }
                if let status = await ended.unrunnable(pod, console) { return status }
                fallthrough
            case .runs:
                try await TaskStreams(pod: pod, id: id, cluster: cluster, console: console, clock: clock, board: board)
                    .join()
                return await exit(try await board.first { $0.ended(id, pod.container) })
            }
        }
        await remove(grace: 0)
        return status
    }

    // MARK: its beginning

    /// Seconds that it may take to begin.
    private var startTimeout: Int { settings.startTimeout }

    private enum Beginning: Sendable {
        case runs
        case ended(EndedContainer)
        /// It is not on a node yet.
        case waits
    }

    /// Makes the pod and runs `body`. The pod goes when that fails: whoever asked is gone or the cluster is, and
    /// nobody else ends this task before its time.
    private func orRemoved(_ body: @escaping @Sendable (PodBoard, String) async throws -> ExitStatus) async throws
        -> ExitStatus
    {
        do {
            // Not to be cancelled: nobody would remove a pod that nobody has been told of.
            let made = try await Task { try await make() }.value
            try Task.checkCancellation()
            let board = PodBoard(cluster, selector: "\(Label.task)=\(pod.name)", clock: clock, patience: .seconds(20))
            try await board.load()
            return try await board.following { try await body(board, made.id) }
        } catch {
            await remove(grace: error is NoShell ? 0 : stopTimeout)
            throw error
        }
    }

    private func make() async throws -> Pod {
        let applying = Applying(cluster: cluster, settings: settings)
        for claim in pod.claims where try await applying.live(claim) == nil { _ = try await applying.apply(claim) }
        for secret in pod.secrets { _ = try await made(secret, as: ObjectHead.self) }
        let made = try await made(pod.object, as: Pod.self)
        for secret in pod.secrets {
            let owner: JSONValue = [
                "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name), "uid": .string(made.id),
            ]
            try await persistently {
                _ = try await cluster.send(
                    KubernetesCalls.patch(
                        .secret, secret.name, in: cluster.namespace, with: ["metadata": ["ownerReferences": [owner]]]))
            }
        }
        return made
    }

    /// Makes `object` once. Nobody else gives this name: where no answer came, one that is there is ours.
    private func made<Reply: Decodable & Sendable>(_ object: KubernetesObject, as: Reply.Type) async throws -> Reply {
        var isUnsure = false
        return try await persistently {
            if isUnsure {
                do {
                    return try await cluster.send(
                        KubernetesCalls.get(object.kind, object.name, in: object.namespace))
                } catch let failure as APIFailure where failure.status == 404 {
                    // It was not made.
                }
            }
            isUnsure = true
            return try await Applying(cluster: cluster, settings: settings).inNamespace(cluster.namespace) {
                try await cluster.send(KubernetesCalls.create(object))
            }
        }
    }

    /// Tries for a while when the server is away for a moment.
    private func persistently<Reply>(_ body: () async throws -> Reply) async throws -> Reply {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let failure as APIFailure where failure.isPassing && attempt < 8 {
                attempt += 1
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Waits until the command runs, or has run.
    /// - Parameter waitsForNode: whether to go on while no node takes the pod.
    private func begin(_ id: String, on board: PodBoard, waitsForNode: Bool) async throws -> Beginning {
        let limit = ContinuousClock.now + .seconds(startTimeout)
        var told: String?
        while true {
            let begun = try await within(Self.patience) {
                try await board.first { pods -> Beginning? in
                    guard let now = pods.byID[id] else {
                        throw AdapterError(.notFound, "\(pod.name) was removed by somebody else")
                    }
                    if let ended = pods.ended(id, pod.container) { return .ended(ended) }
                    if now.status(of: pod.container)?.state?.running != nil { return .runs }
                    let telling = pods.failedPulls[id] ?? now
                    if let trouble = InstanceTrouble.of(telling, app: app, hasStartupProbe: false), !trouble.isPassing {
                        if let ended = EndedContainer(unstartable: now, pod.container) { return .ended(ended) }
                        throw error(trouble)
                    }
                    return nil
                }
            }
            if let begun { return begun }
            let trouble = await board.telling(id).flatMap { InstanceTrouble.of($0, app: app, hasStartupProbe: false) }
            if let trouble, trouble.text != told {
                told = trouble.text
                await console.report(.warning("\(pod.name) has not begun yet: \(trouble.text)"))
            }
            if !waitsForNode, trouble?.cause == .unschedulable { return .waits }
            if ContinuousClock.now > limit {
                guard let trouble else {
                    throw AdapterError(
                        .timedOut, "\(pod.name) did not begin within \(startTimeout) seconds",
                        hint: "scheduler-kubernetes:set \(app) start-timeout SECONDS")
                }
                throw error(trouble)
            }
        }
    }

    private func error(_ trouble: InstanceTrouble) -> AdapterError {
        let code: AdapterError.Code =
            switch trouble.cause {
            case .imageMissing, .imageDenied, .imageUnavailable, .imageName: .imageUnavailable
            case .unschedulable: .timedOut
            case .refused: .denied
            default: .invalidInput
            }
        return AdapterError(code, "\(pod.name) cannot begin: \(trouble.text)", hint: trouble.hint)
    }

    // MARK: its end

    private func exit(_ ended: EndedContainer) async -> ExitStatus {
        if let reason = ended.reason { await console.report(.warning("\(pod.name) was ended: \(reason)")) }
        return ended.status
    }

    /// Takes away what was made, whatever becomes of the caller.
    private func remove(grace: Int) async {
        await Task {
            do {
                try await cluster.send(KubernetesCalls.delete(.pod, pod.name, in: cluster.namespace, grace: grace))
                for secret in pod.secrets {
                    try await cluster.send(KubernetesCalls.delete(.secret, secret.name, in: cluster.namespace))
                }
            } catch {
                await console.report(
                    .warning("\(pod.name) could not be removed: \(error). run:stop \(app) \(pod.name) removes it"))
            }
        }.value
    }
}
