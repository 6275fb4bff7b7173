import AdapterKit

extension Suite {
    private static let uptime = Checks(defaultUptime: 3)

    /// A release that cannot come up leaves no trace, and its failure says why.
    static let failure: [ConformanceCase] = [
        ConformanceCase("failure.crash-at-start", "A release whose process ends at once is no success.", .core) {
            stage in
            let app = try stage.app()
            let error = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "3")]))
            try expect([.rolloutFailed, .timedOut].contains(error.code), "the error's code is \(error.code.rawValue)")
        },
        ConformanceCase("failure.leaves-nothing", "A deploy that fails removes everything that it made.", .core) {
            stage in
            let app = try stage.app()
            _ = try await stage.failure(of: stage.release(app, ["web": Part(2, "exit", "3")]))
            let left = try await stage.objects(of: app) { $0.isEmpty }
            try expect(left.map(\.name), is: [], "what is left")
        },
        ConformanceCase("failure.names-the-exit-code", "The failure names the instance and the code it ended with.") {
            stage in
            let error = try await stage.failure(of: stage.release(stage.app(), ["web": Part(1, "exit", "43")]))
            try expect(stage.told(error).contains("43"), "'\(stage.told(error))' does not name 43")
            try expect(stage.told(error).contains("web"), "'\(stage.told(error))' does not name web")
        },
        ConformanceCase("failure.shows-last-lines", "The failure shows what the instance said last.") { stage in
            let console = RecordingConsole()
            let error = try await stage.failure(
                of: stage.release(stage.app(), ["web": Part(1, "exit", "1", "the", "database", "is", "missing")]),
                console: console)
            try expect(
                (console.everything + stage.told(error)).contains("the database is missing"),
                "its last words were not shown")
        },
        ConformanceCase("failure.keeps-failed-instances", "The failure carries the instances that failed.") { stage in
            let error = try await stage.failure(of: stage.release(stage.app(), ["web": Part(1, "exit", "1")]))
            try expect(error.failedInstances.map(\.name.description).contains("web.1"), "web.1 is not among the failed")
        },
        ConformanceCase(
            "failure.old-release-goes-on", "When a deploy fails, the release before runs on with the same instances.",
            .core
        ) { stage in
            let app = try stage.app()
            let first = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let before = try await stage.running(app, count: 2).map(\.id).sorted()
            _ = try await stage.failure(of: stage.release(app, ["web": Part(2, "exit", "1")]))
            let after = try await stage.running(app, count: 2).map(\.id).sorted()
            try expect(after, is: before, "what runs")
            try expect(try await stage.status(app).running, is: .yes, "the status")
            try expect(first.instances.count, is: 2, "instances of the first release")
        },
        ConformanceCase(
            "failure.tells-what-serves", "A failed deploy says that the release before serves, where there is one.",
            .extended
        ) { stage in
            let app = try stage.app()
            let bare = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "1")]))
            try expect(bare.releaseBeforeServes, is: false, "what the first release's failure says")
            try await stage.deploy(stage.release(app))
            let error = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "1")]))
            try expect(error.releaseBeforeServes, is: true, "what the second release's failure says")
        },
        ConformanceCase(
            "failure.second-process-type-fails", "When one process type fails, none of the release is left.", .core
        ) { stage in
            let app = try stage.app()
            _ = try await stage.failure(
                of: stage.release(app, ["web": Part(), "worker": Part(1, "exit", "9")]))
            let left = try await stage.objects(of: app) { $0.isEmpty }
            try expect(left.map(\.name), is: [], "what is left")
        },
        ConformanceCase(
            "failure.second-process-type-keeps-old", "When one process type fails, all of the old release runs on.",
            .core
        ) { stage in
            let app = try stage.app()
            let parts = ["web": Part(), "worker": Part(1, "sleep", "100000")]
            try await stage.deploy(stage.release(app, parts))
            let before = try await stage.running(app, count: 2).map(\.id).sorted()
            _ = try await stage.failure(of: stage.release(app, ["web": Part(), "worker": Part(1, "exit", "9")]))
            try expect(try await stage.running(app, count: 2).map(\.id).sorted(), is: before, "what runs")
        },
        ConformanceCase("failure.image-missing", "An image that nobody has fails as that, by its name.", .core) {
            stage in
            let app = try stage.app()
            let error = try await stage.failure(of: stage.release(app, image: stage.backend.images.missing))
            try expect(error.code, is: .imageUnavailable, "the error's code")
            try expect(
                stage.told(error).contains(stage.backend.images.missing.repository),
                "'\(stage.told(error))' does not name the image")
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("failure.image-missing-keeps-old", "An image that nobody has leaves the old release running.") {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let before = try await stage.running(app, count: 1).map(\.id)
            _ = try await stage.failure(of: stage.release(app, image: stage.backend.images.missing))
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        ConformanceCase("failure.command-not-found", "A command that the image lacks fails as that, by its name.") {
            stage in
            let app = try stage.app()
            var release = try stage.release(app)
            release.processes[0].command = StartCommand(procfile: ["no-such-program", "--now"])
            let error = try await stage.failure(of: release)
            try expect(stage.told(error).contains("no-such-program"), "'\(stage.told(error))' does not name it")
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase(
            "failure.dies-while-checked", "An instance that ends while its checks still wait fails the deploy at once.",
            .core
        ) { stage in
            let app = try stage.app()
            // Where time runs faster, a busy machine needs some more of it.
            let isFast = stage.backend.source == .behavioural
            let checks = Checks(defaultUptime: isFast ? 200 : 30)
            let error = try await stage.failure(
                of: stage.release(
                    app, ["web": Part(1, "serve-then-exit", isFast ? "20" : "3", "7", checks: checks)]))
            try expect(stage.told(error).contains("7"), "'\(stage.told(error))' does not name the code 7")
        },
        ConformanceCase("failure.again-the-same", "A release that fails, fails the same way again.") { stage in
            let app = try stage.app()
            let first = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "5")]))
            let second = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "5")]))
            try expect(second.code, is: first.code, "the code")
        },
        ConformanceCase("failure.then-success", "After a failed deploy the next one works.", .core) { stage in
            let app = try stage.app()
            _ = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "5")]))
            try await stage.deploy(stage.release(app))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase(
            "failure.cancelled-half-way", "A deploy that is cancelled half-way removes what it made; the old runs on.",
            .core
        ) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let before = try await stage.running(app, count: 1).map(\.id)
            let release = try stage.release(
                app, ["web": Part(2, "serve", checks: Checks(defaultUptime: 80_000))])
            let task = Task { try await stage.bringUp(release) }
            _ = try await stage.running(app, count: 2)
            guard case .failure = try await stage.cancelled(task) else {
                throw Broken("the cancelled deploy was a success")
            }
            let after = try await stage.objects(of: app) { $0.filter { $0.isRunning != nil }.count == 1 }
            try expect(after.filter { $0.isRunning == true }.map(\.id), is: before, "what runs")
            try expect(after.filter { $0.isRunning != nil }.count, is: 1, "what is left")
        },
        ConformanceCase("failure.cancelled-ends-soon", "A cancelled deploy ends soon.") { stage in
            let app = try stage.app()
            let release = try stage.release(
                app, ["web": Part(1, "serve", checks: Checks(defaultUptime: 80_000))])
            let task = Task { try await stage.bringUp(release) }
            _ = try await stage.running(app, count: 1)
            _ = try await stage.cancelled(task)
        },
        ConformanceCase(
            "failure.crash-loop-is-seen", "A process that runs for a moment and ends, again and again, is no success."
        ) { stage in
            let app = try stage.app()
            let error = try await stage.failure(
                of: stage.release(app, ["web": Part(1, "serve-then-exit", "1", "1", checks: uptime)]))
            try expect(!error.message.isEmpty, "the failure says nothing")
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("failure.exit-zero-is-an-exit", "A process that ends with 0 is not one that runs.") { stage in
            _ = try await stage.failure(of: stage.release(stage.app(), ["web": Part(1, "exit", "0", checks: uptime)]))
        },
    ]
}
