import AdapterKit

extension Suite {
    private static func http(_ path: String, content: String? = nil) -> Healthcheck.Probe {
        .http(request: .init(path: path, content: content))
    }

    private static func checks(_ checks: Healthcheck..., mode: Checks.Mode = .enabled) -> Checks {
        Checks(mode: mode, healthchecks: checks, defaultUptime: 1)
    }

    private static func check(
        _ probe: Healthcheck.Probe, _ purpose: Healthcheck.Purpose = .startup, attempts: Int = 2, wait: Int = 1,
        isWarning: Bool = false
    ) -> Healthcheck {
        Healthcheck(
            name: "the check", purpose: purpose, probe: probe, attempts: attempts, timeout: 5, wait: wait,
            isWarning: isWarning)
    }

    private static func passes(_ id: String, _ promise: String, _ checks: Checks) -> ConformanceCase {
        ConformanceCase("checks." + id, promise) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "serve", checks: checks)]))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        }
    }

    private static func fails(
        _ id: String, _ promise: String, _ checks: Checks, names: [String] = []
    ) -> ConformanceCase {
        ConformanceCase("checks." + id, promise) { stage in
            let app = try stage.app()
            let error = try await stage.failure(of: stage.release(app, ["web": Part(1, "serve", checks: checks)]))
            for name in names {
                try expect(stage.told(error).contains(name), "'\(stage.told(error))' does not name '\(name)'")
            }
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        }
    }

    /// What decides whether an instance is well.
    static let checks: [ConformanceCase] = [
        passes("uptime", "Without checks, an instance that stays up is well.", Checks(defaultUptime: 1)),
        passes("http", "A check of a page that is there passes.", checks(check(http("/")))),
        passes(
            "http-content", "A check of a page's content passes when it has it.",
            checks(check(http("/health", content: "ok")))),
        fails(
            "http-missing", "A check of a page that is not there fails the deploy, and names the answer.",
            checks(check(http("/nowhere"))), names: ["/nowhere", "404"]),
        fails(
            "http-other-content", "A check of a page's content fails when it has another.",
            checks(check(http("/health", content: "splendid"))), names: ["splendid"]),
        passes("listening", "A check that something listens passes.", checks(check(.listening))),
        fails(
            "nobody-listens", "A check that something listens fails when nothing does.",
            checks(Healthcheck(name: "the check", probe: .listening, port: 4_999, attempts: 1, wait: 0)),
            names: ["4999"]),
        passes(
            "command", "A check by command passes when the command succeeds.",
            checks(check(.command(words: ["kit", "exit", "0"])))),
        fails(
            "command-fails", "A check by command fails when the command does, and names its code.",
            checks(check(.command(words: ["kit", "exit", "17"]), attempts: 1)), names: ["17"]),
        fails(
            "command-not-found", "A check by a command that the image lacks fails.",
            checks(check(.command(words: ["no-such-check"]), attempts: 1))),
        passes(
            "warning-only", "A check that only warns does not stop a deploy.",
            checks(check(http("/nowhere"), attempts: 1, isWarning: true))),
        fails(
            "readiness-counts", "A readiness check decides as a startup check does.",
            checks(check(http("/nowhere"), .readiness, attempts: 1))),
        passes(
            "several", "Several checks pass together.",
            checks(check(http("/")), check(.listening), check(.command(words: ["kit", "exit", "0"])))),
        fails(
            "one-of-several", "One failing check among several is enough.",
            checks(check(http("/")), check(.command(words: ["kit", "exit", "1"]), attempts: 1))),
        ConformanceCase("checks.warning-is-told", "A check that only warns, warns.") { stage in
            let console = RecordingConsole()
            try await stage.deploy(
                stage.release(
                    stage.app(),
                    ["web": Part(1, "serve", checks: checks(check(http("/nowhere"), attempts: 1, isWarning: true)))]),
                console: console)
            try expect(console.everything.contains("/nowhere"), "the warning does not name the page")
        },
        ConformanceCase("checks.skipped", "With checks skipped, an instance is taken as it is.") { stage in
            let app = try stage.app()
            try await stage.deploy(
                stage.release(
                    app, ["web": Part(1, "serve", checks: checks(check(http("/nowhere")), mode: .skipped))]))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("checks.skipped-crash", "Even with checks skipped, an instance that ends at once is a failure.")
        { stage in
            _ = try await stage.failure(
                of: stage.release(stage.app(), ["web": Part(1, "exit", "1", checks: Checks(mode: .skipped))]))
        },
        ConformanceCase("checks.disabled", "With checks disabled, the old instance stops before the new one starts.") {
            stage in
            let app = try stage.app()
            let parts = ["web": Part(1, "serve", checks: Checks(mode: .disabled))]
            try await stage.deploy(stage.release(app, parts))
            try await stage.deploy(stage.release(app, parts, image: stage.backend.images.second))
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase(
            "checks.disabled-failure", "With checks disabled, a release that fails gives the old one its place back."
        ) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "serve", checks: Checks(mode: .disabled))]))
            let before = try await stage.running(app, count: 1).map(\.id)
            _ = try await stage.failure(
                of: stage.release(app, ["web": Part(1, "exit", "1", checks: Checks(mode: .disabled))]))
            let running = try await stage.running(app, count: 1).map(\.id)
            // Who keeps instances starts the same one again; others may make a new one of the old release.
            if stage.claims(.retire) { try expect(running, is: before, "what runs") }
            try expect(running.count, is: 1, "what runs")
        },
        ConformanceCase("checks.name-is-told", "A failing check is named.") { stage in
            let error = try await stage.failure(
                of: stage.release(
                    stage.app(), ["web": Part(1, "serve", checks: checks(check(http("/nowhere"), attempts: 1)))]))
            try expect(stage.told(error).contains("the check"), "'\(stage.told(error))' does not name the check")
        },
        ConformanceCase("checks.other-type-unaffected", "Web's checks are not asked of a worker.") { stage in
            let app = try stage.app()
            try await stage.deploy(
                stage.release(
                    app,
                    [
                        "web": Part(1, "serve", checks: checks(check(http("/")))),
                        "worker": Part(1, "sleep", "100000"),
                    ]))
            try expect(try await stage.running(app, count: 2).count, is: 2, "what runs")
        },
    ]
}
