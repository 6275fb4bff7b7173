import AdapterKit

extension Suite {
    private static func scaled(
        _ id: String, _ promise: String, from: Int, to: Int,
        _ check: @escaping @Sendable (_ before: [Instance], _ after: [Instance]) throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("scale." + id, promise) { stage in
            let app = try stage.app()
            let before = try await stage.deploy(stage.release(app, ["web": Part(from)])).instances
            let after = try await stage.deploy(
                stage.release(app, ["web": Part(to)], keepsRunning: true)
            ).instances
            try expect(try await stage.running(app, count: to).count, is: to, "what runs")
            try expect(after.count, is: to, "the instances")
            try check(before, after)
        }
    }

    /// Another number of instances, the release unchanged.
    static let scale: [ConformanceCase] = [
        scaled("up", "Scaling up leaves what runs, and adds.", from: 1, to: 3) { before, after in
            try expect(after.map(\.id).contains(before[0].id), "the first instance was replaced")
        },
        scaled("down", "Scaling down takes the surplus, and leaves the rest.", from: 3, to: 1) { before, after in
            try expect(before.map(\.id).contains(after[0].id), "the instance that is left is a new one")
            try expect(after[0].name.description, is: "web.1", "the instance that is left")
        },
        scaled("same", "Scaling to what there is changes nothing.", from: 2, to: 2) { before, after in
            try expect(after.map(\.id).sorted(), is: before.map(\.id).sorted(), "the instances")
        },
        scaled("to-nothing", "Scaling to nothing leaves nothing running.", from: 2, to: 0) { _, after in
            try expect(after, is: [], "the instances")
        },
        scaled("from-nothing", "Scaling up from nothing starts what is asked for.", from: 0, to: 2) { _, after in
            try expect(after.map(\.name.description).sorted(), is: ["web.1", "web.2"], "the instances")
        },
        ConformanceCase("scale.one-process-type", "Scaling one process type leaves the others as they are.") { stage in
            let app = try stage.app()
            let worker = Part(1, "sleep", "100000")
            let before = try await stage.deploy(stage.release(app, ["web": Part(1), "worker": worker]))
            let after = try await stage.deploy(
                stage.release(app, ["web": Part(2), "worker": worker], only: "web", keepsRunning: true))
            func id(_ rollout: Rollout) -> String? {
                rollout.instances.first { $0.name.description == "worker.1" }?.id
            }
            try expect(id(after), is: id(before), "the worker's id")
            try expect(try await stage.running(app, count: 3).count, is: 3, "what runs")
        },
        ConformanceCase("scale.failure-keeps-what-runs", "When a new instance fails, those that run stay.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1)]))
            let before = try await stage.running(app, count: 1).map(\.id)
            _ = try await stage.failure(
                of: stage.release(app, ["web": Part(3, "exit", "1")], keepsRunning: true))
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        ConformanceCase(
            "scale.replaces-the-missing", "An instance that is gone is made again by scaling to the same.",
            needs: [.workloads, .retire]
        ) {
            stage in
            let app = try stage.app()
            let first = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            guard let lost = first.instances.first(where: { $0.name.index == 2 }) else { return }
            _ = try await stage.retiring.retire(
                [lost.id], stopTimeout: 1, console: RecordingConsole())
            try await stage.deploy(stage.release(app, ["web": Part(2)], keepsRunning: true))
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
        },
    ]
}
