import AdapterKit

extension Suite {
    private static func retiring(
        _ id: String, _ promise: String, _ level: ConformanceCase.Level = .standard,
        _ check: @escaping @Sendable (Stage, AppName, RecordingConsole) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("retire." + id, promise, level, needs: [.retire, .workloads]) { stage in
            let app = try stage.app()
            let console = RecordingConsole()
            defer { stage.saw(console) }
            try await check(stage, app, console)
        }
    }

    /// Old instances go when their time has come.
    static let retire: [ConformanceCase] = [
        retiring("gives-back-what-went", "Retiring gives back the ids of what is gone.", .core) {
            stage, app, console in
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let ids = rollout.instances.map(\.id)
            try expect(
                try await stage.retiring.retire(ids, stopTimeout: 1, console: console).sorted(), is: ids.sorted(),
                "the ids")
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs")
        },
        retiring("gone-counts-as-retired", "What is gone already counts as retired.") { stage, app, console in
            let ids = try await stage.deploy(stage.release(app)).instances.map(\.id)
            _ = try await stage.retiring.retire(ids, stopTimeout: 1, console: console)
            try expect(try await stage.retiring.retire(ids, stopTimeout: 1, console: console), is: ids, "the ids")
        },
        retiring("nothing", "Retiring nothing does nothing.") { stage, app, console in
            try await stage.deploy(stage.release(app))
            try expect(try await stage.retiring.retire([], stopTimeout: 1, console: console), is: [], "the ids")
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        retiring("only-what-is-named", "Retiring takes what is named and nothing else.", .core) {
            stage, app, console in
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(3)]))
            let ids = rollout.instances.sorted { $0.name < $1.name }.map(\.id)
            _ = try await stage.retiring.retire([ids[0]], stopTimeout: 1, console: console)
            try expect(
                Set(try await stage.running(app, count: 2).map(\.id)), is: Set(ids.dropFirst()), "what runs")
        },
        retiring("stubborn", "An instance that does not want to stop is stopped all the same.") {
            stage, app, console in
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(1, "stubborn")]))
            let ids = rollout.instances.map(\.id)
            try expect(try await stage.retiring.retire(ids, stopTimeout: 1, console: console), is: ids, "the ids")
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs")
        },
        retiring("withdraw", "Withdrawing takes the new instances and leaves the old ones running.", .core) {
            stage, app, console in
            try await stage.deploy(stage.release(app))
            let before = try await stage.running(app, count: 1).map(\.id)
            let release = try stage.release(app, image: stage.backend.images.second)
            let rollout = try await stage.bringUp(release)
            try await stage.retiring.withdraw(rollout, of: release.app, console: console)
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        retiring("withdraw-twice", "Withdrawing twice is no error.") { stage, app, console in
            try await stage.deploy(stage.release(app))
            let release = try stage.release(app)
            let rollout = try await stage.bringUp(release)
            for _ in 0..<2 { try await stage.retiring.withdraw(rollout, of: release.app, console: console) }
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        retiring("withdraw-after-promotion", "Withdrawing works after the names have been given, too.") {
            stage, app, console in
            try await stage.deploy(stage.release(app))
            let before = try await stage.running(app, count: 1).map(\.id)
            let release = try stage.release(app)
            let rollout = try await stage.bringUp(release)
            try await stage.retiring.promote(rollout, of: release.app, console: console)
            try await stage.retiring.withdraw(rollout, of: release.app, console: console)
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        retiring("promote-twice", "Promoting twice is no error.") { stage, app, console in
            let release = try stage.release(app, ["web": Part(2)])
            let rollout = try await stage.bringUp(release)
            for _ in 0..<2 { try await stage.retiring.promote(rollout, of: release.app, console: console) }
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
        },
        retiring("resume", "Instances that were stopped can be started again.") { stage, app, console in
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            try await stage.stop(app)
            try expect(try await stage.running(app, count: 0).count, is: 0, "what runs when stopped")
            try await stage.retiring.resume(rollout.instances, console: console)
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs again")
        },
        retiring("resume-what-runs", "Resuming what runs leaves it alone.") { stage, app, console in
            let rollout = try await stage.deploy(stage.release(app))
            let before = try await stage.objects(of: app)
            try await stage.retiring.resume(rollout.instances, console: console)
            try expect(try await stage.objects(of: app), is: before, "what is at the backend")
        },
        retiring("dismiss", "An instance that is dismissed is told to finish.", .extended) { stage, app, _ in
            let rollout = try await stage.deploy(stage.release(app))
            try await stage.retiring.dismiss(rollout.instances.map(\.id))
        },
        retiring("dismiss-what-is-gone", "Dismissing what is gone is no error.", .extended) {
            stage, app, console in
            let ids = try await stage.deploy(stage.release(app)).instances.map(\.id)
            _ = try await stage.retiring.retire(ids, stopTimeout: 1, console: console)
            try await stage.retiring.dismiss(ids)
        },
        retiring("leftovers", "What a killed deploy left behind is found.", .core) { stage, app, _ in
            let rollout = try await stage.deploy(stage.release(app))
            // Nobody recorded this one: its host was killed.
            let lost = try await stage.bringUp(stage.release(app)).instances.map(\.id)
            let known = Set(rollout.instances.map(\.id))
            try expect(
                try await stage.retiring.leftovers(of: stage.known(app), known: known).sorted(), is: lost.sorted(),
                "leftovers")
        },
        retiring("no-leftovers", "Where all is well there are no leftovers.") { stage, app, _ in
            let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
            try expect(
                try await stage.retiring.leftovers(of: stage.known(app), known: Set(rollout.instances.map(\.id))),
                is: [],
                "leftovers")
        },
        retiring("located", "Instances are told where they are now.") { stage, app, _ in
            let rollout = try await stage.deploy(stage.release(app))
            let located = try await stage.retiring.located(rollout.instances)
            try expect(located.map(\.id), is: rollout.instances.map(\.id), "the ids")
            try expect(located.first?.address?.isEmpty == false, "web.1 has no address")
        },
        retiring("prepare-restore", "Preparing a restore leaves what runs.") { stage, app, _ in
            try await stage.deploy(stage.release(app))
            try await stage.retiring.prepareRestore(of: stage.known(app))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
    ]
}
