import Foundation
import TestSupport

/// What it costs Dokku to call us, on a stage of a Dokku host: trigger files as they are installed, and a deploy of one
/// web process with all questions that it asks.
///
/// On two cores, Dokku's own docker-local takes 20 to 23 s for such a deploy with checks disabled, of which 7.6 s are
/// `core-post-deploy` and `post-deploy`; `scheduler:report` of 100 apps takes 149 ms, and one `plugn trigger` that
/// nobody handles 57 ms.
struct DokkuTriggers {
    private let stage: DokkuStage
    private let link: String

    static func measure(binary: String, runs: Int) async throws -> Report.Part {
        let stage = try DokkuStage(program: binary)
        let installed = try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        guard installed.status == 0 else { throw Program.Failed(description: installed.error) }
        try stage.linkTrigger("bench-link/scheduler-uses-host-cron", of: "scheduler-nomad")
        var part = Report.Part(title: "Dokku", figures: [])
        let triggers = DokkuTriggers(
            stage: stage,
            link: stage.library + "/plugins/enabled/scheduler-nomad/bench-link/scheduler-uses-host-cron")
        part.figures += try triggers.calls(runs)
        part.figures.append(try triggers.report(runs))
        if let obstacle = LiveEngine.obstacle {
            part.skipped = "deploys: " + obstacle
        } else {
            part.figures += try await triggers.deploys(runs)
        }
        return part
    }

    private func file(_ plugin: String, _ name: String) -> String {
        stage.library + "/plugins/enabled/\(plugin)/\(name)"
    }

    private func program(_ words: String..., setting extra: [String: String] = [:]) -> Program {
        Program(words, variables: stage.variables.merging(extra) { $1 })
    }

    private func calls(_ runs: Int) throws -> [Figure] {
        let script = file("scheduler-nomad", "scheduler-uses-host-cron")
        let others = try Figures(
            runs: runs * 20,
            [
                ("the installed script", { try program(script, "elsewhere", "shop").run() }),
                ("a link to the program", { try program(link, "elsewhere", "shop").run() }),
                ("/bin/true", { try program("/bin/true").run() }),
            ])
        let ours = try Figures(
            runs: runs * 20,
            [
                ("the installed script", { try program(script, "nomad").run() }),
                ("a link to the program", { try program(link, "nomad").run() }),
                ("/bin/true", { try program("/bin/true").run() }),
            ])
        return [
            others.milliseconds("a trigger of another scheduler's app"),
            ours.milliseconds("a trigger that is answered"),
        ]
    }

    private func report(_ runs: Int) throws -> Figure {
        for index in 1...100 { try stage.create("app-\(index)") }
        let report = file("scheduler", "subcommands/report")
        return try Figures(
            runs: runs * 4, [("linkspan", { try program(report, "scheduler:report").run() })]
        ).milliseconds("scheduler:report of 100 apps")
    }

    // MARK: deploys

    private func deploys(_ runs: Int) async throws -> [Figure] {
        let engine = try await LiveEngine.connect()
        let app = "bench-" + UUID().uuidString.lowercased().prefix(8)
        try stage.create(app, on: "docker-local")
        try stage.scale(app, "web=1")
        try stage.procfile(app, ["web": "httpd -f -p $PORT -h /www"])
        try stage.set("checks", app, "disabled", "_all_")
        let image = "dokku/\(app):latest"
        try await engine.makeRelease(image, page: app)
        let deploy = file("scheduler-docker-local", "scheduler-deploy")
        var processes: [Double] = []
        do {
            let times = try Figures(
                runs: runs,
                [
                    (
                        "linkspan",
                        {
                            try stage.forgetCalls()
                            let cost = try program(
                                deploy, "docker-local", app, "latest", "", setting: ["LINKSPAN_VERBOSE": "1"]
                            ).run()
                            // The script becomes the program; each plugn and each file that answers is one more.
                            processes.append(Double(1 + stage.triggersFired.count + stage.calls.count))
                            return cost
                        }
                    )
                ])
            try await engine.removeAll(of: app)
            await engine.removeImage(image)
            return [
                times.milliseconds("scheduler-deploy of one web process, checks disabled"),
                times.figure("the same, requests to the engine", "requests", \.toldRequests),
                Figure(
                    title: "the same, processes: ours, plugn, trigger files that answer", unit: "processes",
                    ours: .init(name: "linkspan", values: processes), others: []),
            ]
        } catch {
            try await engine.removeAll(of: app)
            await engine.removeImage(image)
            throw error
        }
    }
}
