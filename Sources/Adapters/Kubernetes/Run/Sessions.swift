import APIClient
import AdapterKit

extension KubernetesAdapter: SessionOpening {
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating("enter \(session.app.name)") {
            try await EnteredSession(cluster: cluster, origin: settings.origin).enter(session, console: console)
        }
    }
}

/// A session in one of an app's instances.
struct EnteredSession: Sendable {
    let cluster: Cluster
    let origin: String

    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        async let recorded = ReleaseRecord.read(cluster, session.app.name)
        let pods = try await cluster.send(
            KubernetesCalls.list(
                .pod, in: cluster.namespace, selector: Label.selector(session.app.name, origin: origin), as: Pod.self)
        ).items
        let live = InstanceNames.live(pods, try await recorded)
        var session = session
        // What is there, not what was recorded: the cluster replaces pods by itself.
        session.app.live = live.map { Instance(id: $0.pod.metadata.name, name: $0.name) }
        let instance = try session.instance()
        guard let found = live.first(where: { $0.name == instance.name }) else {
            throw AdapterError(.notFound, "Container is not running", details: ["\(instance.name) is gone"])
        }
        let container = found.container
        guard found.pod.status.containerStatuses?.first(where: { $0.name == container })?.state?.running != nil else {
            throw AdapterError(
                .notFound, "Container is not running",
                details: ["\(instance.name) (pod \(instance.id)) is \(found.pod.state(of: container))"],
                hint: "logs \(session.app.name)")
        }
        let words = session.command.isEmpty ? Shell.words(session.shell) : session.command
        return try await ExecSession(cluster: cluster, pod: instance.id, container: container).run(
            found.pod.imageKind.starting(words), hasTerminal: session.hasTerminal, console: console)
    }
}

extension Pod {
    /// Who built its image, as the deploy that made it knew.
    var imageKind: ImageFacts.Kind {
        metadata.annotations?[Annotation.imageKind].flatMap { ImageFacts.Kind(rawValue: $0) } ?? .dockerfile
    }

    /// How `container` fares in one word of the backend's: `CrashLoopBackOff`, `Completed`, `Pending`.
    func state(of container: String) -> String {
        let state = status.containerStatuses?.first { $0.name == container }?.state
        if state?.running != nil { return "Running" }
        return state?.waiting?.reason ?? state?.terminated?.reason ?? status.reason ?? status.phase ?? "Unknown"
    }
}
