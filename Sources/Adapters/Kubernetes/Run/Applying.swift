import APIClient
import AdapterKit
import JSONDocument

/// Brings objects into a cluster.
struct Applying: Sendable {
    let cluster: Cluster
    let settings: KubernetesSettings
    /// Takes note of what may have been made.
    var notes: ApplyNotes?

    /// How many requests are under way at a time.
    private static let width = 8

    /// Applies `objects` side by side.
    /// - Returns: what the server made of each, in their order.
    /// - Throws: the first failure, translated, after all have ended.
    func apply(_ objects: [KubernetesObject]) async throws -> [JSONValue] {
        try await eachAtOnce(objects, width: Self.width) { object in try await apply(object) }
    }

    /// Asks whether `objects` could be applied, and changes nothing: what somebody else manages, a policy or a missing
    /// right is found before anything has been started.
    func rehearse(_ objects: [KubernetesObject]) async throws {
        _ = try await eachAtOnce(objects, width: Self.width) { object in
            do {
                _ = try await cluster.send(
                    KubernetesCalls.apply(object, force: settings.forcesConflicts, isTrial: true))
            } catch let failure as APIFailure where failure.isOurOwnConflict || failure.isMissingNamespace {
                return
            } catch {
                throw ClusterTrouble.translate(error, while: "apply \(object.title)")
            }
        }
    }

    func apply(_ object: KubernetesObject) async throws -> JSONValue {
        do {
            return try await applied(object)
        } catch {
            throw ClusterTrouble.translate(error, while: "apply \(object.title)")
        }
    }

    private func applied(_ object: KubernetesObject) async throws -> JSONValue {
        notes?.began(object)
        do {
            return try await accepted(object)
        } catch let failure as APIFailure where (400..<500).contains(failure.status ?? 0) {
            notes?.refused(object)
            throw failure
        }
    }

    private func accepted(_ object: KubernetesObject) async throws -> JSONValue {
        do {
            return try await inNamespace(object.namespace ?? cluster.namespace) {
                try await cluster.send(KubernetesCalls.apply(object, force: settings.forcesConflicts))
            }
        } catch let failure as APIFailure where failure.isOurOwnConflict {
            return try await cluster.send(KubernetesCalls.apply(object, force: true))
        } catch let failure as APIFailure where failure.status == 422 {
            // A part that is given up, such as a probe, stays behind as the defaults that the server had added to it,
            // and without the rest it is invalid. A whole new spec leaves nothing behind.
            guard let live = try await live(object) else { throw failure }
            return try await cluster.send(KubernetesCalls.replace(object, live: live))
        }
    }

    /// The object as it is; `nil` when there is none.
    func live(_ object: KubernetesObject) async throws -> JSONValue? {
        do {
            return try await cluster.send(
                KubernetesCalls.get(object.kind, object.name, in: object.namespace, as: JSONValue.self))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        }
    }

    /// Does `body`, once more when the namespace had to be made first.
    func inNamespace<Result>(_ name: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as APIFailure where failure.isMissingNamespace {
            try await makeNamespace(name)
            return try await body()
        }
    }

    /// Namespaces are made when they are needed, and left alone when nobody needs them any more: others may.
    private func makeNamespace(_ name: String) async throws {
        do {
            let namespace = KubernetesObject(
                .namespace, name, in: nil, labels: ["app.kubernetes.io/managed-by": "linkspan"])
            _ = try await cluster.send(KubernetesCalls.create(namespace, as: ObjectHead.self))
        } catch let failure as APIFailure where failure.status == 409 {
            // Somebody else was as quick.
        } catch {
            throw ClusterTrouble.translate(error, while: "make the namespace \(name)")
        }
    }

    /// Deletes what `entries` name; what is gone already is fine.
    func delete(_ entries: [ReleaseRecord.Entry]) async throws {
        _ = try await eachAtOnce(entries, width: Self.width) { entry in
            do {
                try await cluster.send(
                    KubernetesCalls.delete(
                        entry.resource, entry.name, in: entry.namespace.isEmpty ? nil : entry.namespace))
            } catch {
                throw ClusterTrouble.translate(error, while: "delete \(entry.title)")
            }
        }
    }
}

/// Which objects may be there because of us: applied, or sent without an answer.
final class ApplyNotes: Sendable {
    private let identities = Guarded<Set<String>>([])

    func began(_ object: KubernetesObject) {
        identities.withLock { _ = $0.insert(ReleaseRecord.Entry(object, process: nil).identity) }
    }

    func refused(_ object: KubernetesObject) {
        identities.withLock { _ = $0.remove(ReleaseRecord.Entry(object, process: nil).identity) }
    }

    func contains(_ entry: ReleaseRecord.Entry) -> Bool { identities.withLock { $0.contains(entry.identity) } }
}

extension APIFailure {
    /// Whether it is the namespace that is not there.
    fileprivate var isMissingNamespace: Bool {
        guard case .status(let failure) = self, failure.status == 404 else { return false }
        return failure.message.hasPrefix("namespaces ")
    }

    /// Whether fields are in the way that are ours anyhow: those we changed by other means than applying, and how much
    /// is to run, whoever stopped or scaled it meanwhile.
    fileprivate var isOurOwnConflict: Bool {
        guard case .status(let failure) = self, failure.status == 409 else { return false }
        let managers = failure.message.replacing("conflicts with \"", with: "conflict with \"")
            .split(separator: "conflict with \"").dropFirst().map { $0.prefix { $0 != "\"" } }
        if !managers.isEmpty, managers.allSatisfy({ $0 == KubernetesCalls.manager }) { return true }
        let fields = failure.message.split { $0.isWhitespace || $0 == "," }.filter { $0.hasPrefix(".") }
        return !fields.isEmpty && fields.allSatisfy { [".spec.replicas", ".spec.suspend"].contains($0) }
    }
}
