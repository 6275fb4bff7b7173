import AdapterKit
import DokkuIO
import FoundationEssentials

/// An app's lock at its backend, which keeps deploys by several hosts apart (``DeployLocking``).
///
/// Whether a holder is gone is told by this host's clock alone: a lock is taken over once it has been seen without a
/// renewal for as long as it holds, as Kubernetes' leader election does it. A lock of our own folder of state is taken
/// over at once: the lock that processes of one host keep apart by is ours then, so its holder has ended.
struct SharedLock: Sendable {
    /// How long things take; a test's are shorter.
    struct Pace: Sendable {
        /// Seconds that a lock holds without being renewed.
        var duration = 30
        var heartbeat = Duration.seconds(10)
        /// Between two looks at somebody else's lock.
        var look = Duration.seconds(1)
        /// How long somebody else's lock is waited for.
        var patience: Duration
    }

    private let host: Host
    private let app: App
    private let locking: any DeployLocking
    private let scheduler: String
    private let pace: Pace

    init(_ host: Host, _ app: AppName, _ locking: any DeployLocking, scheduler: String, pace: Pace) {
        self.host = host
        self.app = App(name: app)
        self.locking = locking
        self.scheduler = scheduler
        self.pace = pace
    }

    /// The lock at a scheduler; `nil` when it keeps none.
    init?(_ host: Host, _ app: AppName, scheduler: String, _ target: AdapterTarget = .live) throws {
        guard let locking = try host.optionalRole((any DeployLocking).self, .lock, of: app, on: scheduler, target)
        else { return nil }
        let plugin = try host.catalog.plugin(for: scheduler)
        let settings = Settings(plugin: plugin.propertyPlugin, values: try host.settings(of: plugin, app, target))
        let patience = try settings.number(SettingDeclaration.lockWait.name, atLeast: 0, default: 300)
        self.init(host, app, locking, scheduler: scheduler, pace: Pace(patience: .seconds(patience)))
    }

    /// Runs `body` with the lock in hand. A deploy whose lock is taken away is called back.
    func hold(_ body: @escaping @Sendable () async throws -> Void) async throws {
        guard let lock = try await take() else { return try await body() }
        let work = Task { try await body() }
        let heart = Task { await renew(lock) { work.cancel() } }
        let outcome = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        heart.cancel()
        // Also when we were cancelled: who comes next would have to wait.
        await Task { await release(lock) }.value
        if case .failure(let error) = outcome, error is CancellationError, let lost = await heart.value { throw lost }
        try outcome.get()
    }

    /// - Throws: ``AdapterError`` when another host deploys the app. That nobody could be asked is no reason.
    func requireFree() async throws {
        guard let held = await shown(), try held.home != LockHome(host).id() else { return }
        throw refusal(held)
    }

    /// Takes away what a process of ours has left that was killed.
    func releaseOwn() async {
        guard let held = await shown(), (try? LockHome(host).id()) == held.home else { return }
        try? await locking.releaseLock(held, of: app)
    }

    /// `nil` also when the backend does not answer soon: whoever wants something of it will be told so.
    private func shown() async -> HeldLock? {
        let held = try? await within(.seconds(5)) { [locking, app] in try await locking.lock(of: app) }
        return held ?? nil
    }

    // MARK: taking

    /// `nil` when the backend does not let us keep one.
    private func take() async throws -> HeldLock? {
        let lock = HeldLock(
            id: UUID().uuidString.lowercased(), home: try LockHome(host).id(), holder: LockHome.holder,
            action: "deploy \(app.name)", build: host.variables.build, since: Self.now, duration: pace.duration)
        do {
            try await wait(lock)
            return lock
        } catch let error as AdapterError where [.denied, .unsupported].contains(error.code) {
            await host.console.report(.warning(error.message))
            await host.console.report(.warning("Other hosts are not kept from deploying \(app.name) meanwhile"))
            return nil
        }
    }

    private func wait(_ lock: HeldLock) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var seen: (lock: HeldLock, at: ContinuousClock.Instant)?
        while true {
            let outdated = seen.flatMap { seen in
                seen.lock.home == lock.home || clock.now - seen.at >= .seconds(seen.lock.duration) ? seen.lock : nil
            }
            guard let held = try await locking.takeLock(lock, of: app, over: outdated) else { return }
            if seen?.lock.isUnchanged(held) != true {
                if seen?.lock.id != held.id, held.home != lock.home {
                    await host.console.report(.step("Waiting for \(held.sentence)"))
                }
                seen = (held, clock.now)
                if held.home == lock.home { continue }
            }
            guard clock.now - start < pace.patience else { throw refusal(held) }
            try await clock.sleep(for: pace.look)
        }
    }

    private func refusal(_ held: HeldLock) -> AdapterError {
        AdapterError(
            .conflict, "\(app.name) currently has a deploy lock in place. Exiting...",
            details: ["it is held by \(held.sentence)"],
            hint: "wait for it, or, if that host is gone: scheduler-\(scheduler):unlock \(app.name)")
    }

    // MARK: holding

    /// Renews the lock until cancelled.
    /// - Returns: what to tell when it was taken away.
    private func renew(_ lock: HeldLock, lost: () -> Void) async -> AdapterError? {
        var lock = lock
        while (try? await Task.sleep(for: pace.heartbeat)) != nil {
            lock.renewed = max(Self.now, lock.renewed + 1)
            // A backend that is away for a while lets nobody else have it either.
            guard (try? await locking.renewLock(lock, of: app)) == false else { continue }
            lost()
            let now = (try? await locking.lock(of: app)) ?? nil
            return AdapterError(
                .conflict, "the deploy lock of \(app.name) was taken away, so this deploy was taken back",
                details: [now.map { "it is held by \($0.sentence)" } ?? "nobody holds it now"],
                hint: "deploy \(app.name)")
        }
        return nil
    }

    private func release(_ lock: HeldLock) async {
        do {
            try await locking.releaseLock(lock, of: app)
        } catch {
            await host.warn(of: error)
            await host.console.report(
                .warning("The deploy lock of \(app.name) could not be released: it ends in \(pace.duration) s"))
        }
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }
}

extension HeldLock {
    /// Who has it, and what for.
    package var sentence: String {
        let since = Date(timeIntervalSince1970: Double(since)).formatted(.iso8601)
        let renewed = Date(timeIntervalSince1970: Double(renewed)).formatted(.iso8601)
        let what = [action, build.isEmpty ? "" : "build \(build)"].filter { !$0.isEmpty }.joined(separator: ", ")
        return "\(holder)\(what.isEmpty ? "" : " (\(what))") since \(since), renewed \(renewed)"
    }
}
