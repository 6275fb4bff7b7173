import AdapterKit

extension Suite {
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
            "plan.refuses-what-deploy-refuses",
            "What cannot be deployed for its image cannot be planned, where images are there to be looked at.",
            needs: [.plan, .workloads]
        ) {
            stage in
            // A registry's images are looked at before an adapter is asked, and by the backend after.
            guard stage.manifest.images != .registry else { return }
            do {
                _ = try await stage.role((any Planning).self).plan(
                    stage.release(stage.app(), image: stage.backend.images.missing))
            } catch is AdapterError { return }
            throw Broken("there is a plan for an image that nobody has")
        },
    ]
}
