import AdapterKit

extension Suite {
    private static func ill(isWarning: Bool = false, mode: Checks.Mode = .enabled) -> Checks {
        Checks(
            mode: mode,
            healthchecks: [
                Healthcheck(
                    name: "the check", probe: .http(request: .init(path: "/nowhere")), attempts: 1, wait: 0,
                    isWarning: isWarning)
            ], defaultUptime: 1)
    }

    private static func over(
        _ id: String, _ promise: String, _ level: ConformanceCase.Level = .standard,
        _ body: @escaping @Sendable (Stage, AppName) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("checkup." + id, promise, level, needs: [.check, .workloads]) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            try await body(stage, app)
        }
    }

    /// Checks of what serves already.
    static let checkup: [ConformanceCase] = [
        over("well", "Instances that are well have nothing that failed.", .core) { stage, app in
            let page = Healthcheck(name: "the check", probe: .http(request: .init(path: "/")))
            let found = try await stage.check(app, Checks(healthchecks: [page], defaultUptime: 1))
            try expect(found.failures.map(\.reason), is: [], "what failed")
        },
        over("ill", "An instance that fails is named, with what was asked of it, and goes on.", .core) { stage, app in
            let before = try await stage.running(app, count: 1).map(\.id)
            let failures = try await stage.check(app, ill()).failures
            try expect(failures.map(\.name.description), is: ["web.1"], "the instances that failed")
            let reason = failures.map(\.reason).joined()
            try expect(
                reason.contains("the check") && reason.contains("/nowhere"), "'\(reason)' does not say what was asked")
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
        },
        over("warning-only", "A check that only warns, warns, and nothing has failed.") { stage, app in
            let found = try await stage.check(app, ill(isWarning: true))
            try expect(found.failures.map(\.reason), is: [], "what failed")
            try expect(found.said.contains("/nowhere"), "the warning does not name the page")
        },
        over("skipped", "Checks that are skipped are not made.") { stage, app in
            let found = try await stage.check(app, ill(mode: .skipped))
            try expect(found.failures.map(\.reason), is: [], "what failed")
        },
        over("stopped", "An instance that does not run has failed.") { stage, app in
            try await stage.stop(app)
            let failures = try await stage.check(app, Checks(defaultUptime: 1)).failures
            try expect(failures.map(\.name.description), is: ["web.1"], "the instances that failed")
        },
    ]
}

extension Stage {
    /// Checks what serves of `app`, all instances alike.
    fileprivate func check(_ app: AppName, _ checks: Checks) async throws -> (failures: [FailedInstance], said: String)
    {
        let console = RecordingConsole()
        defer { saw(console) }
        let known = known(app)
        let failures = try await role((any InstanceChecking).self).check(
            Checkup(app: known, subjects: known.live.map { .init($0, checks: checks) }), console: console)
        saw(failures.map(\.reason).joined(separator: "\n"))
        return (failures, console.everything)
    }
}
