import AdapterKit

extension Suite {
    private static func overlapping(
        _ id: String, _ promise: String, _ policy: OneOffTask.Concurrency, leaves count: Int, replaces: Bool = false
    ) -> ConformanceCase {
        ConformanceCase("cron." + id, promise, .extended, needs: [.run]) { stage in
            let app = try stage.app()
            func fire() async throws {
                _ = try? await stage.detached(app) { task in
                    task.cronID = "kitcron\(stage.runID)"
                    task.concurrency = policy
                }
            }
            try await fire()
            let first = try await stage.running(app, count: 1).map(\.id)
            try expect(first.count, is: 1, "what runs of the first")
            try await fire()
            let after = try await stage.running(app, count: count)
            try expect(after.count, is: count, "what runs of both")
            if count == 1 {
                try expect(
                    (after.map(\.id) == first) == !replaces,
                    replaces ? "the older one still runs" : "the older one was ended")
            }
            try await stage.remove(app)
        }
    }

    private static func task(_ name: String, isHeld: Bool = false) -> CronTask {
        // Never while somebody looks: the 31st of February does not come.
        CronTask(
            id: "kitcron\(name)", schedule: "7 3 31 2 *", command: "kit print \(name)", isInMaintenance: isHeld,
            concurrency: .forbid)
    }

    private static func keeping(
        _ id: String, _ promise: String, _ level: ConformanceCase.Level = .standard,
        _ check: @escaping @Sendable (Stage, AppName) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("cron." + id, promise, level, needs: [.cron, .workloads]) { stage in
            try await check(stage, stage.app())
        }
    }

    /// Periodic tasks, as far as an adapter has to do with them.
    static let cron: [ConformanceCase] = [
        overlapping("allow", "With policy allow, a task starts beside its older run.", .allow, leaves: 2),
        overlapping(
            "forbid", "With policy forbid, a task does not start while its older run goes on.", .forbid, leaves: 1),
        overlapping(
            "replace", "With policy replace, a task ends its older run and starts.", .replace, leaves: 1, replaces: true
        ),
        ConformanceCase(
            "cron.other-tasks-unaffected", "A policy is about one task's runs, not about other tasks.", .extended,
            needs: [.run]
        ) {
            stage in
            let app = try stage.app()
            for id in ["kitone", "kittwo"] {
                _ = try await stage.detached(app) { task in
                    task.cronID = id + stage.runID
                    task.concurrency = .replace
                }
            }
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
            try await stage.remove(app)
        },
        ConformanceCase(
            "cron.not-among-runs", "Cron tasks are not listed among a person's runs.", .extended, needs: [.run]
        ) { stage in
            let app = try stage.app()
            _ = try await stage.detached(app) { $0.cronID = "kitcron" + stage.runID }
            try expect(try await stage.tasks(app).isEmpty, "it is listed")
            try await stage.remove(app)
        },
        ConformanceCase("cron.exit-status", "A cron task gives back its exit status.", .extended, needs: [.run]) {
            stage in
            let task = try stage.task(stage.app(), ["kit", "exit", "4"]) { $0.cronID = "kitcron" + stage.runID }
            try expect(try await stage.run(task).rawValue, is: 4, "the exit status")
        },
        keeping("come-with-a-release", "After a deploy the release's periodic tasks are there.", .core) {
            stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one"), task("two")]))
            try await stage.expectPeriodic(app, due: 2, held: 0)
        },
        keeping("held-from-the-start", "A task that is held back when it is deployed is there, and held.") {
            stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one"), task("two", isHeld: true)]))
            try await stage.expectPeriodic(app, due: 1, held: 1)
        },
        keeping("hold-and-resume", "Tasks are held and resumed between deploys, and no instance is replaced.", .core) {
            stage, app in
            let parts = ["web": Part()]
            try await stage.deploy(stage.release(app, parts, cron: [task("one"), task("two")]))
            let before = try await stage.running(app, count: 1).map(\.id)
            try await stage.keep([task("one", isHeld: true), task("two")], of: app)
            try await stage.expectPeriodic(app, due: 1, held: 1)
            try await stage.keep([task("one"), task("two")], of: app)
            try await stage.expectPeriodic(app, due: 2, held: 0)
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        keeping("keep-again", "Keeping tasks as they are is no error, however often.") { stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one")]))
            for _ in 0..<3 { try await stage.keep([task("one")], of: app) }
            try await stage.expectPeriodic(app, due: 1, held: 0)
        },
        keeping("keep-unknown", "A task that was not deployed yet is no error: it comes with the next deploy.") {
            stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one")]))
            try await stage.keep([task("one"), task("two")], of: app)
            try await stage.deploy(stage.release(app, cron: [task("one"), task("two")]))
            try await stage.expectPeriodic(app, due: 2, held: 0)
        },
        keeping("vanished-task", "A task that a release no longer has, goes.", .core) { stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one"), task("two")]))
            try await stage.deploy(stage.release(app, cron: [task("two")]))
            try await stage.expectPeriodic(app, due: 1, held: 0)
            try await stage.deploy(stage.release(app))
            try await stage.expectPeriodic(app, due: 0, held: 0)
        },
        keeping("failed-release", "When a deploy fails, the tasks of the release before stay.") { stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one")]))
            _ = try await stage.failure(
                of: stage.release(app, ["web": Part(1, "exit", "1")], cron: [task("one"), task("two")]))
            try await stage.expectPeriodic(app, due: 1, held: 0)
        },
        keeping("removed-with-the-app", "Removing an app takes its periodic tasks.") { stage, app in
            try await stage.deploy(stage.release(app, cron: [task("one")]))
            try await stage.remove(app)
            try await stage.expectPeriodic(app, due: 0, held: 0)
        },
        ConformanceCase(
            "cron.home-is-said", "The manifest says who runs cron tasks, and it can be so.", .core, needs: []
        ) { stage in
            if stage.manifest.cron == .host {
                try expect(stage.claims(.run), "the host is to run cron tasks, and tasks cannot be run")
            }
        },
    ]
}

extension Stage {
    fileprivate func keep(_ tasks: [CronTask], of app: AppName) async throws {
        let console = RecordingConsole()
        defer { saw(console) }
        try await role((any CronKeeping).self).keep(tasks, of: known(app), console: console)
    }

    /// Waits for a while until so many periodic tasks of `app` are at the backend.
    fileprivate func expectPeriodic(_ app: AppName, due: Int, held: Int) async throws {
        let found = try await objects(of: app) { objects in
            objects.filter { $0.isHeld == false }.count == due && objects.filter { $0.isHeld == true }.count == held
        }
        try expect(found.filter { $0.isHeld == false }.count, is: due, "tasks that will be started")
        try expect(found.filter { $0.isHeld == true }.count, is: held, "tasks that are held")
    }
}
