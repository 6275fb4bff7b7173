import AdapterKit

extension Suite {
    /// A release comes up, whole, and takes the place of the one before.
    static let deploy: [ConformanceCase] = [
        ConformanceCase("deploy.first-release", "After a deploy the release runs.", .core) { stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app))
            try expect(rollout.instances.map(\.name.description), is: ["web.1"], "the instances")
            try expect(rollout.superseded, is: [], "what is superseded")
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("deploy.two-process-types", "Every process type of a release runs.", .core) { stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(
                stage.release(app, ["web": Part(), "worker": Part(1, "sleep", "100000")]))
            try expect(
                rollout.instances.map(\.name.description).sorted(), is: ["web.1", "worker.1"], "the instances")
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
        },
        ConformanceCase("deploy.many-instances", "As many instances run as the formation says, numbered from 1.") {
            stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(5)]))
            try expect(
                rollout.instances.map(\.name).sorted().map(\.description),
                is: ["web.1", "web.2", "web.3", "web.4", "web.5"], "the instances")
            try expect(try await stage.running(app, count: 5).count, is: 5, "what runs")
        },
        ConformanceCase("deploy.ids-are-their-own", "Each instance has an id that no other has, and keeps it.") {
            stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(3)]))
            try expect(Set(rollout.instances.map(\.id)).count, is: 3, "different ids")
            try expect(!rollout.instances.contains { $0.id.isEmpty }, "an instance has no id")
        },
        ConformanceCase("deploy.nothing-scaled-up", "A release whose process types are scaled to nothing succeeds.") {
            stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(0)]))
            try expect(rollout.instances, is: [], "the instances")
            try expect(try await stage.running(app).count, is: 0, "what runs")
        },
        ConformanceCase("deploy.only-some-scaled-up", "Only process types with a quantity run.") { stage in
            let app = try stage.app()
            let rollout = try await stage.deploy(
                stage.release(app, ["web": Part(1), "worker": Part(0, "sleep", "100000")]))
            try expect(rollout.instances.map(\.name.description), is: ["web.1"], "the instances")
        },
        ConformanceCase(
            "deploy.second-release-replaces", "A second release takes the place of the first, which then is gone.",
            .core
        ) { stage in
            let app = try stage.app()
            let first = try await stage.deploy(stage.release(app))
            let second = try await stage.deploy(stage.release(app, image: stage.backend.images.second))
            try expect(
                Set(first.instances.map(\.id)).isDisjoint(with: second.instances.map(\.id)),
                "the second release is the first one's instances")
            let left = try await stage.objects(of: app) { $0.filter { $0.isRunning != nil }.count == 1 }
            try expect(left.filter { $0.isRunning != nil }.count, is: 1, "instances that are left")
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase(
            "deploy.old-runs-until-new-is-ready", "When a deploy returns, the release before has not been touched.",
            .core, needs: [.workloads, .retire]
        ) { stage in
            let app = try stage.app()
            let first = try await stage.deploy(stage.release(app))
            let second = try await stage.bringUp(stage.release(app, image: stage.backend.images.second))
            try expect(second.superseded.map(\.id), is: first.instances.map(\.id), "what is superseded")
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs before the switch")
        },
        ConformanceCase("deploy.same-release-again", "The same release deployed three times is there once.") { stage in
            let app = try stage.app()
            for _ in 0..<3 { try await stage.deploy(stage.release(app, ["web": Part(2)])) }
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
            try expect(
                try await stage.objects(of: app) { $0.filter { $0.isRunning != nil }.count == 2 }
                    .filter { $0.isRunning != nil }.count, is: 2, "instances that are left")
        },
        ConformanceCase("deploy.one-process-type-alone", "Deploying one process type leaves the others as they are.") {
            stage in
            let app = try stage.app()
            let parts = ["web": Part(), "worker": Part(1, "sleep", "100000")]
            let first = try await stage.deploy(stage.release(app, parts))
            let second = try await stage.deploy(
                stage.release(app, parts, image: stage.backend.images.second, only: "web"))
            func id(_ rollout: Rollout, _ name: String) -> String? {
                rollout.instances.first { $0.name.description == name }?.id
            }
            try expect(id(second, "worker.1"), is: id(first, "worker.1"), "the worker's id")
            try expect(id(second, "web.1") != id(first, "web.1"), "web was not deployed")
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
        },
        ConformanceCase("deploy.vanished-process-type", "A process type that a release no longer has, goes.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(), "worker": Part(1, "sleep", "100000")]))
            let second = try await stage.deploy(stage.release(app, ["web": Part()]))
            try expect(second.instances.map(\.name.description), is: ["web.1"], "the instances")
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("deploy.grows-with-a-release", "A release may have more instances than the one before.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1)]))
            try await stage.deploy(stage.release(app, ["web": Part(3)]))
            try expect(try await stage.running(app, count: 3).count, is: 3, "what runs")
        },
        ConformanceCase("deploy.shrinks-with-a-release", "A release may have fewer instances than the one before.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(3)]))
            try await stage.deploy(stage.release(app, ["web": Part(1)]))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("deploy.command-of-the-release", "What runs is the command that the Procfile names.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "print-and-stay", "this is me")]))
            try await stage.eventually("the command's own words in the log") {
                try await stage.logs(app).output.contains("this is me")
            }
        },
        ConformanceCase("deploy.many-process-types", "Six process types come up together.") { stage in
            let app = try stage.app()
            var parts = ["web": Part()]
            for number in 1...5 { parts["worker\(number)"] = Part(1, "sleep", "100000") }
            let rollout = try await stage.deploy(stage.release(app, parts))
            try expect(rollout.instances.count, is: 6, "instances")
            try expect(try await stage.running(app, count: 6).count, is: 6, "what runs")
        },
        ConformanceCase("deploy.apps-are-apart", "A deploy of one app leaves another as it is.") { stage in
            let (one, two) = (try stage.app("one"), try stage.app("two"))
            try await stage.deploy(stage.release(one))
            let before = try await stage.objects(of: one)
            try await stage.deploy(stage.release(two))
            try expect(try await stage.objects(of: one), is: before, "the first app")
        },
        ConformanceCase(
            "deploy.addresses-for-traffic", "An instance of web has an address and a port for traffic.",
            needs: [.workloads, .retire]
        ) {
            stage in
            let rollout = try await stage.deploy(stage.release(stage.app()))
            try expect(rollout.instances.first?.address?.isEmpty == false, "web.1 has no address")
            try expect((rollout.instances.first?.port ?? 0) > 0, "web.1 has no port")
        },
        ConformanceCase("deploy.port-is-told", "The process is told its port, and its own name.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let environment = try await stage.running(app, count: 1).first?.environment ?? [:]
            try expect(environment["PORT"]?.isEmpty == false, "PORT is not set")
            // Where alike instances are made from one description, the backend gives them their names.
            let name = environment["DYNO"] ?? ""
            try expect(
                name == "web.1" || !stage.claims(.retire) && name.hasPrefix("web.") && !name.isNumbered,
                "DYNO is '\(name)', and it is web.1")
        },
    ]
}
