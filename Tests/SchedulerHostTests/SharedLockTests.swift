import AdapterKit
import DokkuIO
import Synchronization
import TestSupport
import Testing

@testable import SchedulerHost

/// When a deploy takes the lock at its backend, waits for it, and takes it over.
struct SharedLockTests {
    /// A backend's lock, as two hosts see it.
    private final class Shelf: DeployLocking {
        struct State {
            var lock: HeldLock?
            var takes = 0
            var renewals = 0
            var failure: AdapterError?
        }

        let state = Mutex(State())
        var held: HeldLock? { state.withLock { $0.lock } }

        func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
            try state.withLock { state in
                state.takes += 1
                if let failure = state.failure { throw failure }
                if let held = state.lock, held.id != lock.id, outdated.map(held.isUnchanged) != true { return held }
                state.lock = lock
                return nil
            }
        }

        func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool {
            state.withLock { state in
                state.renewals += 1
                guard state.lock?.id == lock.id else { return false }
                state.lock = lock
                return true
            }
        }

        func releaseLock(_ lock: HeldLock, of app: App) async throws {
            state.withLock { if $0.lock?.id == lock.id { $0.lock = nil } }
        }

        func lock(of app: App) async throws -> HeldLock? { held }

        func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
            Rollout(instances: [], superseded: [])
        }
        func stop(_ app: App, removing: Bool, console: any Console) async throws {}
        func remove(_ app: App, console: any Console) async throws {}
        func status(of app: App) async throws -> AppStatus { AppStatus(states: []) }
        func logs(of app: App, matching query: LogQuery, console: any Console) async throws {}
    }

    private let scratch: Scratch
    private let host: SchedulerHost.Host
    private let app: AppName
    private let shelf = Shelf()

    init() throws {
        scratch = try Scratch()
        host = try SchedulerHost.Host(
            environment: [
                "LINKSPAN_HOME": scratch.path + "/home", "DOKKU_QUIET_OUTPUT": "1", "DOKKU_BUILD_ID": "b17",
            ])
        app = try AppName("shop")
        try host.apps.create(app)
    }

    private func lock(patience: Duration = .zero, heartbeat: Duration = .seconds(60)) -> SharedLock {
        SharedLock(
            host, app, shelf, scheduler: "cloud",
            pace: .init(heartbeat: heartbeat, look: .milliseconds(1), patience: patience))
    }

    /// Somebody else's.
    private func other(duration: Int, home: String = "elsewhere") -> HeldLock {
        HeldLock(
            id: "other", home: home, holder: "web2 (process 7)", action: "deploy shop", build: "b9",
            since: 1_700_000_000, duration: duration)
    }

    @Test func itIsHeldForAsLongAsTheWorkTakes() async throws {
        try await lock().hold { [shelf] in
            let held = try #require(shelf.held)
            #expect(held.action == "deploy shop" && held.holder.contains("process"))
            #expect(held.build == "b17")
        }
        #expect(shelf.held == nil)
        await #expect(throws: AdapterError.self) {
            try await lock().hold { throw AdapterError(.rolloutFailed, "it did not come up") }
        }
        #expect(shelf.held == nil, "what fails lets go, too")
    }

    @Test func anotherHostsLockIsTold() async throws {
        shelf.state.withLock { $0.lock = other(duration: 30) }
        let refusal = await #expect(throws: AdapterError.self) {
            try await lock().hold { Issue.record("it worked under somebody else's lock") }
        }
        #expect(refusal?.code == .conflict)
        #expect(refusal?.message == "shop currently has a deploy lock in place. Exiting...")
        let holder = refusal?.details.first ?? ""
        #expect(holder.contains("web2 (process 7) (deploy shop, build b9) since 2023-11-14T22:13:20Z"), "\(holder)")
        #expect(refusal?.hint?.hasSuffix("scheduler-cloud:unlock shop") == true)
        #expect(shelf.held == other(duration: 30))
    }

    @Test func whatNobodyRenewsIsTakenOver() async throws {
        shelf.state.withLock { $0.lock = other(duration: 0) }
        let ran = Mutex(false)
        try await lock(patience: .seconds(60)).hold { ran.withLock { $0 = true } }
        #expect(ran.withLock { $0 } && shelf.held == nil)
    }

    /// The processes of one host have been kept apart already: who has it is no more.
    @Test func whatThisHostHasLeftIsTakenOverAtOnce() async throws {
        let left = other(duration: 3_600, home: try LockHome(host).id())
        shelf.state.withLock { $0.lock = left }
        try await lock().hold {}
        #expect(shelf.held == nil)
        #expect(try LockHome(host).id() == left.home, "the name of a home stays")
    }

    @Test func whoseLockIsTakenAwayIsCalledBack() async throws {
        let lost = await #expect(throws: AdapterError.self) {
            try await lock(heartbeat: .milliseconds(1)).hold { [shelf] in
                shelf.state.withLock { $0.lock = other(duration: 30) }
                try await Task.sleep(for: .seconds(600))
            }
        }
        #expect(
            lost?.code == .conflict && lost?.message.contains("was taken away") == true, "\(String(describing: lost))")
        #expect(lost?.details.first?.contains("web2") == true)
        #expect(shelf.held == other(duration: 30), "what somebody else has now is left alone")
    }

    @Test func itIsRenewedMeanwhile() async throws {
        try await lock(heartbeat: .milliseconds(1)).hold { [shelf] in
            while shelf.state.withLock({ $0.renewals }) < 3 { try await Task.sleep(for: .milliseconds(1)) }
            let held = try #require(shelf.held)
            #expect(held.renewed > held.since)
        }
    }

    @Test(arguments: [AdapterError.Code.denied, .unsupported])
    func aBackendThatKeepsNoLockIsDeployedToAllTheSame(code: AdapterError.Code) async throws {
        shelf.state.withLock { $0.failure = AdapterError(code, "we may not create leases") }
        let ran = Mutex(false)
        try await lock().hold { ran.withLock { $0 = true } }
        #expect(ran.withLock { $0 })
        shelf.state.withLock { $0.failure = AdapterError(.unreachable, "nobody answers") }
        await #expect(throws: AdapterError.self) { try await lock().hold {} }
    }

    @Test func anAppThatAnotherHostDeploysIsNotDestroyed() async throws {
        try await lock().requireFree()
        shelf.state.withLock { $0.lock = other(duration: 30) }
        await #expect(throws: AdapterError.self) { try await lock().requireFree() }
        shelf.state.withLock { $0.lock = other(duration: 30, home: "mine") }
        try host.properties("linkspan").set("home", to: "mine", .global)
        try await lock().requireFree()
        await lock().releaseOwn()
        #expect(shelf.held == nil)
    }
}
