import AdapterKit
import Conformance
import Kubernetes
import Nomad

/// Defects in what nodes are told to be, and in locks that several hosts share.
extension KnownBad {
    static let listing: [KnownBad] = [
        KnownBad(remote: "tells the kernel's word for an architecture", caughtBy: "nodes.told") {
            $0.platforms = { _, _ in [Platform(os: "linux", architecture: "x86_64")] }
        },
        KnownBad(remote: "knows no node", caughtBy: "nodes.told") { $0.platforms = { _, _ in [] } },
        KnownBad(remote: "takes a backend that is away for one without nodes", caughtBy: "nodes.unreachable") {
            $0.platforms = { base, app in (try? await (base as? any NodeListing)?.platforms(for: app)) ?? [] }
        },
    ]

    static let locking: [KnownBad] = [
        KnownBad(remote: "gives a lock to everybody", caughtBy: "lock.one-holder") {
            $0.takeLock = { _, _, _, _ in nil }
        },
        KnownBad(remote: "takes a lock from whoever has it", caughtBy: "lock.race", of: .nomad) {
            $0.takeLock = { base, lock, app, _ in
                _ = try await base.takeLock(lock, of: app, over: try await base.lock(of: app))
                return nil
            }
        },
        KnownBad(remote: "takes over what has been renewed", caughtBy: "lock.taken-over-as-seen") {
            $0.takeLock = { base, lock, app, outdated in
                let now = try await base.lock(of: app)
                return try await base.takeLock(lock, of: app, over: outdated == nil ? nil : now)
            }
        },
        KnownBad(remote: "renews whosever lock it is", caughtBy: "lock.lost-is-noticed") {
            $0.renewLock = { _, _, _ in true }
        },
        KnownBad(remote: "releases whosever lock it is", caughtBy: "lock.lost-is-noticed", of: .nomad) {
            $0.releaseLock = { base, _, app in
                guard let held = try await base.lock(of: app) else { return }
                try await base.releaseLock(held, of: app)
            }
        },
        KnownBad(remote: "takes the request to let go of a lock for done", caughtBy: "lock.released") {
            $0.releaseLock = { _, _, _ in }
        },
        KnownBad(remote: "forgets a renewal", caughtBy: "lock.shown") {
            $0.renewLock = { base, lock, app in try await base.lock(of: app)?.id == lock.id }
        },
    ]
}
