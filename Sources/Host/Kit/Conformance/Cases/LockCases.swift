import AdapterKit

extension Suite {
    /// Several hosts, one app.
    static let lock: [ConformanceCase] = [
        ConformanceCase(
            "lock.one-holder", "A lock that somebody has is not given to a second one, who is told whose it is.", .core,
            needs: [.lock]
        ) { stage in
            let app = try stage.app()
            let (first, second) = (stage.lock("one"), stage.lock("two"))
            try expect(try await stage.take(first, app), is: nil, "what stood in the way of the first")
            try expect(try await stage.take(second, app), is: first, "what stood in the way of the second")
            try expect(try await stage.take(second, app), is: first, "what stood in the way of the second, once more")
            try await stage.release(first, app)
        },
        ConformanceCase(
            "lock.taken-twice", "Who takes a lock again that is his already has it: an answer may have been lost.",
            needs: [.lock]
        ) { stage in
            let app = try stage.app()
            let lock = stage.lock("one")
            for _ in 0..<2 { try expect(try await stage.take(lock, app), is: nil, "what stood in the way") }
            try await stage.release(lock, app)
        },
        ConformanceCase(
            "lock.shown", "A lock is shown as it was written: who, what for, which build, since when, renewed when.",
            .core, needs: [.lock]
        ) { stage in
            let app = try stage.app()
            try expect(try await stage.shown(app), is: nil, "a lock that nobody took")
            var lock = stage.lock("web1 (process 12)", build: "b17")
            _ = try await stage.take(lock, app)
            try expect(try await stage.shown(app), is: lock, "the lock")
            lock.renewed += 11
            try expect(try await stage.renew(lock, app), is: true, "whether it could be renewed")
            try expect(try await stage.shown(app), is: lock, "the lock, renewed")
            try await stage.release(lock, app)
        },
        ConformanceCase(
            "lock.released", "A lock that was let go of is anybody's, and leaves nothing behind.", .core,
            needs: [.lock]
        ) { stage in
            let app = try stage.app()
            let before = try await stage.objects(of: app)
            for holder in ["one", "two", "three"] {
                let lock = stage.lock(holder)
                try expect(try await stage.take(lock, app), is: nil, "what stood in the way of \(holder)")
                try await stage.release(lock, app)
                try await stage.release(lock, app)
            }
            try expect(try await stage.shown(app), is: nil, "the lock")
            try expect(try await stage.objects(of: app), is: before, "what is at the backend")
        },
        ConformanceCase(
            "lock.taken-over-as-seen", "A lock is taken over only as it was seen: not when it has been renewed since.",
            .core, needs: [.lock]
        ) { stage in
            let app = try stage.app()
            var first = stage.lock("one")
            let second = stage.lock("two")
            _ = try await stage.take(first, app)
            let seen = first
            first.renewed += 10
            _ = try await stage.renew(first, app)
            try expect(try await stage.take(second, app, over: seen), is: first, "what stood in the way")
            try expect(try await stage.take(second, app, over: first), is: nil, "what stood in the way in the end")
            try expect(try await stage.shown(app), is: second, "the lock")
            try await stage.release(second, app)
        },
        ConformanceCase(
            "lock.lost-is-noticed", "Who has lost a lock cannot renew it, and does not take it from who has it now.",
            .core, needs: [.lock]
        ) { stage in
            let app = try stage.app()
            var first = stage.lock("one")
            let second = stage.lock("two")
            _ = try await stage.take(first, app)
            _ = try await stage.take(second, app, over: first)
            first.renewed += 10
            try expect(try await stage.renew(first, app), is: false, "whether it could be renewed")
            try await stage.release(first, app)
            try expect(try await stage.shown(app), is: second, "the lock")
            try await stage.release(second, app)
            try expect(try await stage.renew(second, app), is: false, "whether one that is gone could be renewed")
        },
        ConformanceCase(
            "lock.race", "Of several who take a lock at a time, one gets it.", .core, needs: [.lock]
        ) { stage in
            let app = try stage.app()
            let locks = (1...4).map { stage.lock("host \($0)") }
            let winners = try await withThrowingTaskGroup(of: HeldLock?.self) { group in
                for lock in locks {
                    group.addTask { try await stage.take(lock, app) == nil ? lock : nil }
                }
                return try await group.reduce(into: [HeldLock]()) { if let lock = $1 { $0.append(lock) } }
            }
            try expect(winners.count, is: 1, "how many got it")
            if let winner = winners.first {
                try expect(try await stage.shown(app), is: winner, "the lock")
                try await stage.release(winner, app)
            }
        },
        ConformanceCase("lock.apps-apart", "Each app has a lock of its own.", needs: [.lock]) { stage in
            let (one, two) = (try stage.app("one"), try stage.app("two"))
            let (first, second) = (stage.lock("one"), stage.lock("two"))
            try expect(try await stage.take(first, one), is: nil, "what stood in the way of the first app")
            try expect(try await stage.take(second, two), is: nil, "what stood in the way of the second app")
            try await stage.release(first, one)
            try expect(try await stage.shown(two), is: second, "the second app's lock")
            try await stage.release(second, two)
        },
        ConformanceCase(
            "lock.outlasts-a-deploy",
            "A deploy under a lock leaves the lock alone, and the lock is no instance of the app.",
            needs: [.lock, .workloads]
        ) { stage in
            let app = try stage.app()
            let lock = stage.lock("one")
            _ = try await stage.take(lock, app)
            try await stage.deploy(stage.release(app))
            try expect(try await stage.shown(app), is: lock, "the lock")
            try expect(try await stage.status(app).count, is: 1, "the count of instances")
            try await stage.release(lock, app)
            try expect(try await stage.running(app, count: 1).count, is: 1, "instances that run")
        },
    ]
}

extension Stage {
    /// A lock that nobody has yet. Moments are far from each other's seconds, as backends may keep no parts of one.
    fileprivate func lock(_ holder: String, build: String = "") -> HeldLock {
        HeldLock(
            id: "\(runID)-\(holder.filter { $0.isLetter || $0.isNumber })", home: "home of \(holder)", holder: holder,
            action: "deploy the kit's app", build: build, since: 1_700_000_000, duration: 30)
    }

    private var locking: any DeployLocking { get throws { try role() } }

    fileprivate func take(_ lock: HeldLock, _ app: AppName, over outdated: HeldLock? = nil) async throws -> HeldLock? {
        try await locking.takeLock(lock, of: known(app), over: outdated)
    }

    fileprivate func renew(_ lock: HeldLock, _ app: AppName) async throws -> Bool {
        try await locking.renewLock(lock, of: known(app))
    }

    fileprivate func release(_ lock: HeldLock, _ app: AppName) async throws {
        try await locking.releaseLock(lock, of: known(app))
    }

    fileprivate func shown(_ app: AppName) async throws -> HeldLock? { try await locking.lock(of: known(app)) }
}
