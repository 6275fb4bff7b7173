import AdapterKit

extension Suite {
    /// A case over an app whose instances wrote `lines` lines each.
    private static func over(
        _ id: String, _ promise: String, web: Int = 1, lines: Int = 10, _ level: ConformanceCase.Level = .standard,
        _ check: @escaping @Sendable (Stage, AppName) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("logs." + id, promise, level) { stage in
            let app = try stage.app()
            try await stage.deploy(
                stage.release(
                    app,
                    [
                        "web": Part(web, "lines-and-stay", "\(lines)"),
                        "worker": Part(1, "print-and-stay", "from the worker"),
                    ]))
            try await stage.eventually("all lines in the log") {
                let text = try await stage.logs(app, LogQuery(count: nil, isRaw: true)).output
                return text.split(separator: "\n").count == web * lines + 1
            }
            try await check(stage, app)
        }
    }

    /// What the app wrote.
    static let logs: [ConformanceCase] = [
        over("all-lines", "All lines of all instances are there, each once.", web: 2, .core) { stage, app in
            let lines = try await stage.logs(app, LogQuery(count: nil, isRaw: true)).output.split(separator: "\n")
            try expect(lines.filter { $0 == "line 7" }.count, is: 2, "how often line 7 is there")
            try expect(lines.filter { $0 == "from the worker" }.count, is: 1, "how often the worker's line is there")
        },
        over("last-lines", "Asked for the last lines, it shows as many of each instance.") { stage, app in
            let console = try await stage.logs(
                app, LogQuery(source: .process(type: .web), count: 3, isRaw: true))
            try expect(console.output, is: "line 8\nline 9\nline 10\n", "the log")
        },
        over("in-order", "An instance's lines come in their order.") { stage, app in
            let console = try await stage.logs(
                app, LogQuery(source: .process(type: .web), count: nil, isRaw: true))
            try expect(
                console.output, is: (1...10).map { "line \($0)\n" }.joined(), "the log")
        },
        over("one-process-type", "Asked for one process type, it shows no other's lines.") { stage, app in
            let console = try await stage.logs(
                app, LogQuery(source: .process(type: try ProcessType("worker")), count: nil, isRaw: true))
            try expect(console.output, is: "from the worker\n", "the log")
        },
        over("one-instance", "Asked for one instance, it shows no other's lines.", web: 2) { stage, app in
            let console = try await stage.logs(
                app, LogQuery(source: .instance(name: InstanceName(.web, 2)), count: nil, isRaw: true))
            try expect(console.output.split(separator: "\n").count, is: 10, "lines")
        },
        over("unknown-process-type", "Asked for a process type that there is not, it shows nothing.") { stage, app in
            let console = try await stage.logs(
                app, LogQuery(source: .process(type: try ProcessType("nobody")), count: nil, isRaw: true))
            try expect(console.output, is: "", "the log")
        },
        over("names-the-instance", "Not asked for raw lines, it says which instance each is from.") { stage, app in
            let console = try await stage.logs(app, LogQuery(source: .process(type: .web), count: 1))
            try expect(console.output.contains("web.1"), "'\(console.output)' does not name web.1")
            try expect(console.output.contains("line 10"), "'\(console.output)' lacks the line")
        },
        over("no-lines", "Asked for no lines, it shows none.") { stage, app in
            let console = try await stage.logs(app, LogQuery(count: 0, isRaw: true))
            try expect(console.output, is: "", "the log")
        },
        over("follow-goes-on", "Followed, a log shows what is there and goes on until the caller leaves.", .core) {
            stage, app in
            let console = RecordingConsole()
            let adapter = try stage.adapter()
            let known = stage.known(app)
            let call = Task {
                try await adapter.logs(
                    of: known, matching: LogQuery(count: nil, follow: true, isRaw: true), console: console)
            }
            try await stage.eventually("the lines that are there") {
                console.output.split(separator: "\n").count == 11
            }
            try await Task.sleep(for: .milliseconds(50))
            _ = try await stage.cancelled(call)
        },
        ConformanceCase(
            "logs.follow-outlives-one", "Followed, a log goes on when one of several instances ends.",
            needs: [.workloads, .retire]
        ) {
            stage in
            let app = try stage.app()
            try await stage.deploy(
                stage.release(app, ["web": Part(1, "lines-and-stay", "3"), "worker": Part(1, "sleep", "100000")]))
            let console = RecordingConsole()
            let adapter = try stage.adapter()
            let known = stage.known(app)
            let call = Task {
                try await adapter.logs(
                    of: known, matching: LogQuery(count: nil, follow: true, isRaw: true), console: console)
            }
            try await stage.eventually("the lines") { console.output.split(separator: "\n").count >= 3 }
            let isOver = Synchronized(false)
            Task {
                _ = await call.result
                isOver.value = true
            }
            // The worker's instance goes; web's log is still wanted.
            if let worker = stage.live(app).first(where: { $0.name.description == "worker.1" }) {
                _ = try await stage.retiring.retire(
                    [worker.id], stopTimeout: 1, console: RecordingConsole())
            }
            try await Task.sleep(for: .milliseconds(200))
            try expect(!isOver.value, "following ended with the first instance")
            _ = try await stage.cancelled(call)
        },
        ConformanceCase("logs.standard-error-too", "Lines of standard error are there too.") { stage in
            let app = try stage.app()
            var release = try stage.release(app)
            release.processes[0].command = StartCommand(
                procfile: ["sh", "-c", "kit error 'from standard error'; kit print-and-stay hello"])
            try await stage.deploy(release)
            try await stage.eventually("both lines") {
                let console = try await stage.logs(app, LogQuery(count: nil, isRaw: true))
                return console.everything.contains("from standard error") && console.everything.contains("hello")
            }
        },
        ConformanceCase("logs.long-line", "A line of 100,000 characters arrives whole.", .extended) { stage in
            let app = try stage.app()
            var release = try stage.release(app)
            release.processes[0].command = StartCommand(
                procfile: ["sh", "-c", "kit long-line 100000; kit print-and-stay end"])
            try await stage.deploy(release)
            try await stage.eventually("the line") {
                try await stage.logs(app, LogQuery(count: nil, isRaw: true)).output.contains("end")
            }
            let text = try await stage.logs(app, LogQuery(count: nil, isRaw: true)).output
            try expect(text.split(separator: "\n").first?.count, is: 100_000, "the line's length")
        },
        ConformanceCase("logs.of-the-new-release", "After a deploy the log is the new release's.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "print-and-stay", "first")]))
            try await stage.deploy(stage.release(app, ["web": Part(1, "print-and-stay", "second")]))
            try await stage.eventually("the new release's line") {
                try await stage.logs(app).output.contains("second")
            }
            try expect(!(try await stage.logs(app).output.contains("first")), "the old release's line is still there")
        },
        ConformanceCase("logs.reader-leaves", "When nobody reads any more, showing a log ends.", .extended) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(1, "lines-and-stay", "50")]))
            let console = RecordingConsole()
            console.close()
            let adapter = try stage.adapter()
            let known = stage.known(app)
            let call = Task {
                try await adapter.logs(
                    of: known, matching: LogQuery(count: nil, follow: true, isRaw: true), console: console)
            }
            let isOver = Synchronized(false)
            Task {
                _ = await call.result
                isOver.value = true
            }
            try await stage.eventually("the end") { isOver.value }
        },
    ]
}
