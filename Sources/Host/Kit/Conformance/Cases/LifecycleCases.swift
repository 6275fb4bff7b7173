import AdapterKit

extension Suite {
    /// Stopped, removed, renamed, cloned: what there is follows.
    static let lifecycle: [ConformanceCase] = [
        ConformanceCase("lifecycle.stop", "A stopped app runs nothing, and says so.", .core) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(2)]))
            try await stage.stop(app)
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs")
            try expect(try await stage.status(app).running, is: .no, "the status")
        },
        ConformanceCase("lifecycle.stop-again", "Stopping what is stopped is no error.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            for _ in 0..<3 { try await stage.stop(app) }
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs")
        },
        ConformanceCase("lifecycle.stop-removing", "Stopping with removal leaves no instance.", .core) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(), "worker": Part(1, "sleep", "100000")]))
            try await stage.stop(app, removing: true)
            let left = try await stage.objects(of: app) { !$0.contains { $0.isRunning != nil } }
            try expect(left.filter { $0.isRunning != nil }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("lifecycle.stop-stubborn", "An instance that does not want to stop is stopped all the same.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "stubborn")]))
            try await stage.stop(app)
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs")
        },
        ConformanceCase("lifecycle.deploy-after-stop", "A stopped app can be deployed again.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            try await stage.stop(app)
            try await stage.deploy(stage.release(app))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("lifecycle.remove", "Removing an app leaves nothing of it.", .core) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(2), "worker": Part(1, "sleep", "100000")]))
            try await stage.remove(app)
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("lifecycle.remove-again", "Removing what is removed is no error.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            for _ in 0..<3 { try await stage.remove(app) }
        },
        ConformanceCase("lifecycle.remove-stopped", "A stopped app can be removed.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            try await stage.stop(app)
            try await stage.remove(app)
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase(
            "lifecycle.remove-tasks-too", "Removing an app takes its tasks too.", needs: [.workloads, .run]
        ) {
            stage in
            let app = try stage.app()
            _ = try await stage.detached(app)
            try await stage.remove(app)
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("lifecycle.remove-leaves-others", "Removing an app leaves others as they are.", .core) {
            stage in
            let (one, two) = (try stage.app("one"), try stage.app("two"))
            try await stage.deploy(stage.release(one))
            try await stage.deploy(stage.release(two))
            let before = try await stage.objects(of: two)
            try await stage.remove(one)
            try expect(try await stage.objects(of: two), is: before, "the other app")
        },
        ConformanceCase(
            "lifecycle.names-that-begin-alike", "An app whose name begins with another's is another app.", .core
        ) {
            stage in
            let (short, long) = (try stage.app("shop"), try stage.app("shop-two"))
            try await stage.deploy(stage.release(short))
            try await stage.deploy(stage.release(long))
            try await stage.stop(short)
            try expect(try await stage.running(long, count: 1).count, is: 1, "what runs of the longer name")
            try await stage.remove(short)
            try expect(try await stage.running(long, count: 1).count, is: 1, "what runs of the longer name")
        },
        ConformanceCase("lifecycle.rename", "An app that is renamed runs under its new name alone.") { stage in
            let (old, new) = (try stage.app("old"), try stage.app("new"))
            try await stage.deploy(stage.release(old))
            try await stage.deploy(stage.release(new))
            try await stage.remove(old)
            try expect(try await stage.objects(of: old) { $0.isEmpty }.map(\.name), is: [], "what is left")
            try expect(try await stage.running(new, count: 1).count, is: 1, "what runs")
            try expect(try await stage.status(new).running, is: .yes, "the status")
        },
        ConformanceCase("lifecycle.clone", "A clone and its original live apart.") { stage in
            let (original, clone) = (try stage.app("original"), try stage.app("clone"))
            try await stage.deploy(stage.release(original))
            try await stage.deploy(stage.release(clone))
            try await stage.deploy(stage.release(clone, image: stage.backend.images.second))
            try await stage.stop(clone)
            try expect(try await stage.running(original, count: 1).count, is: 1, "what runs of the original")
        },
        ConformanceCase("lifecycle.remove-then-deploy", "A removed app can be deployed again under its name.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            try await stage.remove(app)
            try await stage.deploy(stage.release(app))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("lifecycle.status-true", "The status of an app all of whose instances run is true.", .core) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let status = try await stage.status(app)
            try expect(status.count, is: 2, "the count")
            try expect(status.running, is: .yes, "the word")
        },
        ConformanceCase(
            "lifecycle.status-mixed", "The status of an app some of whose instances run is mixed.",
            needs: [.workloads, .retire]
        ) {
            stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            _ = try await stage.retiring.retire(
                [rollout.instances[0].id], stopTimeout: 1, console: RecordingConsole())
            try expect(try await stage.status(app).running, is: .mixed, "the word")
        },
        ConformanceCase("lifecycle.status-names-instances", "The status tells the state of each instance by its name.")
        {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let states = try await stage.status(app).states
            try expect(states.map(\.name.description), is: ["web.1", "web.2"], "the names")
            try expect(states.allSatisfy(\.isRunning), "one does not run")
        },
    ]
}
