import APIClient
import AdapterKit

/// An allocation and the instance that it is.
struct NamedAllocation: Sendable, Equatable {
    var name: InstanceName
    var allocation: Allocation
}

/// The allocations that an app's live job has now.
struct LiveAllocations: Sendable {
    /// `nil` where there is none, or only one that was stopped.
    let job: LiveJob?
    /// Those that are to run, one a name, in the names' order. Canaries that were not promoted are not among them;
    /// one that has crashed and was not replaced yet is.
    let named: [NamedAllocation]

    /// - Throws: ``AdapterError`` when the job of that name is somebody else's.
    static func read(_ server: NomadServer, _ app: AppName, origin: String) async throws -> LiveAllocations {
        async let found = server.send(NomadCalls.job(Name.job(app)))
        async let allocations = server.send(NomadCalls.allocations(ofJob: Name.job(app)))
        let job = try await found
        try job?.requireOurs(app, origin: origin)
        return LiveAllocations(job, try await allocations)
    }

    init(_ job: LiveJob?, _ allocations: [Allocation]) {
        self.job = job.flatMap { $0.isStopped ? nil : $0 }
        guard let job = self.job else {
            named = []
            return
        }
        var best: [InstanceName: Allocation] = [:]
        for allocation in allocations where allocation.DesiredStatus == "run" && !allocation.isCanary {
            guard let name = job.instanceName(of: allocation) else { continue }
            if let other = best[name], other.rank > allocation.rank { continue }
            best[name] = allocation
        }
        named = best.map { NamedAllocation(name: $0.key, allocation: $0.value) }.sorted { $0.name < $1.name }
    }

    /// Who built the image that a group runs.
    func imageKind(_ group: String) -> ImageFacts.Kind {
        job?.group(group)?["Meta"]?[Meta.imageKind]?.text.flatMap { ImageFacts.Kind(rawValue: $0) } ?? .dockerfile
    }
}

extension LiveJob {
    /// The instance that `allocation` is; `nil` for a group that is no process type.
    func instanceName(of allocation: Allocation) -> InstanceName? {
        let type = group(allocation.TaskGroup)?["Meta"]?[Meta.process]?.text ?? allocation.TaskGroup
        guard let process = try? ProcessType(type), let index = allocation.index else { return nil }
        return InstanceName(process, index + 1)
    }

    /// - Throws: ``AdapterError`` with code `conflict` when the job is not this host's job of `app`.
    func requireOurs(_ app: AppName, origin: String) throws {
        guard !Meta.isOurs(meta, app, origin: origin) else { return }
        throw AdapterError(
            .conflict, "the job \(id) in namespace \(namespace) is somebody else's",
            details: [
                meta[Meta.app].map { "it belongs to the app \($0) of another host" } ?? "it was not made by Linkspan"
            ], hint: "scheduler-nomad:set \(app) namespace NAME")
    }
}

extension Allocation {
    /// Of two that have the same name, the higher one is meant: what lives, then what is newer.
    fileprivate var rank: (Int, Int) { (hasEnded ? 0 : 1, CreateIndex) }
}
