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
        ConformanceCase(
            "cron.home-is-said", "The manifest says who runs cron tasks, and it can be so.", .core, needs: []
        ) { stage in
            if stage.manifest.cron == .host {
                try expect(stage.claims(.run), "the host is to run cron tasks, and tasks cannot be run")
            }
        },
    ]
}
