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

    /// Where images come from.
    static let registry: [ConformanceCase] = [
        ConformanceCase("registry.source-is-said", "The manifest says where images come from.", .core, needs: []) {
            stage in
            try expect(
                stage.manifest.images == .none || !stage.subject.plugin.variables.isEmpty
                    || !stage.subject.plugin.settings.isEmpty || stage.subject.form == .dokkuPlugin,
                "images come from \(stage.manifest.images.rawValue), and nothing says where the backend is")
        },
        ConformanceCase("registry.image-of-the-release", "What runs is the image that the release names.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, image: stage.backend.images.second))
            let asked = stage.backend.journal.all.contains {
                String(decoding: $0.request.body, as: UTF8.self).contains(stage.backend.images.second.description)
            }
            try expect(asked, "\(stage.backend.images.second) was never asked for")
        },
        ConformanceCase("registry.no-pull-of-local-images", "An image of the local engine is not pulled.") { stage in
            guard stage.manifest.images == .localEngine else { return }
            try await stage.deploy(stage.release(stage.app()))
            try expect(
                !stage.backend.journal.all.contains { $0.request.path.hasSuffix("/images/create") },
                "a pull was asked for")
        },
        ConformanceCase("registry.missing-once", "For an image that nobody has, an adapter does not ask on and on.") {
            stage in
            _ = try await stage.failure(of: stage.release(stage.app(), image: stage.backend.images.missing))
            let times = stage.backend.journal.all.filter {
                $0.request.target.contains(stage.backend.images.missing.repository.split(separator: "/").last ?? "")
            }.count
            try expect(times <= 10, "it was asked for \(times) times")
        },
    ]

    /// Descriptions and plans.
    static let inspection: [ConformanceCase] = [
        ConformanceCase("inspect.is-a-document", "A description is a JSON document.", needs: [.inspect, .workloads]) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let bytes = try await stage.role((any Inspecting).self).inspect(stage.known(app))
            try expect(RecordedDocument.isOne(bytes), "it is no JSON")
        },
        ConformanceCase(
            "inspect.names-instances", "A description holds every instance.", needs: [.inspect, .workloads]
        ) { stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let text = String(
                decoding: try await stage.role((any Inspecting).self).inspect(stage.known(app)), as: UTF8.self)
            for instance in rollout.instances { try expect(text.contains(instance.id), "\(instance.name) is missing") }
        },
        ConformanceCase(
            "inspect.nothing", "The description of an app that runs nothing is a document too.", needs: [.inspect]
        ) {
            stage in
            let bytes = try await stage.role((any Inspecting).self).inspect(stage.known(stage.app()))
            try expect(RecordedDocument.isOne(bytes), "it is no JSON")
        },
        ConformanceCase("plan.is-a-document", "A plan is a JSON document.", needs: [.plan, .workloads]) { stage in
            let bytes = try await stage.role((any Planning).self).plan(stage.release(stage.app()))
            try expect(RecordedDocument.isOne(bytes), "it is no JSON")
        },
        ConformanceCase(
            "plan.changes-nothing", "Planning makes nothing at the backend.", .core, needs: [.plan, .workloads]
        ) { stage in
            let app = try stage.app()
            _ = try await stage.role((any Planning).self).plan(stage.release(app))
            try expect(try await stage.objects(of: app).map(\.name), is: [], "what was made")
            let writes = stage.backend.journal.all.filter { !["GET", "HEAD"].contains($0.request.method) }
            try expect(writes.map(\.summary), is: [], "requests that change something")
        },
        ConformanceCase("plan.same-again", "The same deployment gives the same plan.", needs: [.plan, .workloads]) {
            stage in
            let release = try stage.release(stage.app(), ["web": Part(2), "worker": Part()])
            let first = try await stage.role((any Planning).self).plan(release)
            try expect(try await stage.role((any Planning).self).plan(release) == first, "it is another")
        },
        ConformanceCase(
            "plan.refuses-what-deploy-refuses", "What cannot be deployed for its image cannot be planned.",
            needs: [.plan, .workloads]
        ) {
            stage in
            do {
                _ = try await stage.role((any Planning).self).plan(
                    stage.release(stage.app(), image: stage.backend.images.missing))
            } catch is AdapterError { return }
            throw Broken("there is a plan for an image that nobody has")
        },
    ]
}
