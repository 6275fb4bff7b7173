import AdapterKit

extension Suite {
    private static func exit(_ code: Int, _ level: ConformanceCase.Level = .standard) -> ConformanceCase {
        ConformanceCase(
            "run.exit-\(code)", "A task that ends with \(code) gives back \(code).", level, needs: [.run]
        ) { stage in
            let status = try await stage.run(stage.task(stage.app(), ["kit", "exit", "\(code)"]))
            try expect(status.rawValue, is: Int32(code), "the exit status")
        }
    }

    /// One-off tasks.
    static let run: [ConformanceCase] = [
        exit(0, .core), exit(1), exit(10), exit(43, .core), exit(125), exit(137), exit(255),
        ConformanceCase("run.output", "What a task writes arrives as it is.", .core, needs: [.run]) { stage in
            let console = RecordingConsole()
            let status = try await stage.run(
                stage.task(stage.app(), ["kit", "print", "hello,", "world"]), console: console)
            try expect(status, is: .success, "the exit status")
            try expect(console.output, is: "hello, world\n", "the output")
        },
        ConformanceCase("run.streams-are-apart", "Standard output and standard error stay apart.", needs: [.run]) {
            stage in
            let console = RecordingConsole()
            _ = try await stage.run(stage.task(stage.app(), ["kit", "error", "oh"]), console: console)
            try expect(console.output, is: "", "standard output")
            try expect(console.error, is: "oh\n", "standard error")
        },
        ConformanceCase("run.input", "What is typed arrives, and its end too.", .core, needs: [.run]) { stage in
            let console = RecordingConsole(input: [.bytes(Array("one\n".utf8)), .bytes(Array("two\n".utf8))])
            let status = try await stage.run(stage.task(stage.app(), ["kit", "cat"]), console: console)
            try expect(status, is: .success, "the exit status")
            try expect(console.output, is: "one\ntwo\n", "the output")
        },
        ConformanceCase("run.no-input", "Without input a task that reads comes to an end.", needs: [.run]) { stage in
            let console = RecordingConsole()
            let status = try await stage.run(stage.task(stage.app(), ["kit", "cat"]), console: console)
            try expect(status, is: .success, "the exit status")
            try expect(console.output, is: "", "the output")
        },
        ConformanceCase("run.bytes", "Bytes arrive unchanged, whatever they are.", needs: [.run]) { stage in
            let console = RecordingConsole()
            _ = try await stage.run(stage.task(stage.app(), ["kit", "bytes", "100000"]), console: console)
            try expect(console.outputBytes.count, is: 100_000, "bytes")
            try expect(
                console.outputBytes.enumerated().allSatisfy { $1 == UInt8($0 % 251) }, "the bytes are not those sent")
        },
        ConformanceCase("run.input-bytes", "A large input comes back whole.", .extended, needs: [.run]) { stage in
            let piece = [UInt8]((0..<60_000).map { UInt8($0 % 253) })
            let console = RecordingConsole(input: [.bytes(piece), .bytes(piece), .bytes(piece)])
            _ = try await stage.run(stage.task(stage.app(), ["kit", "cat"]), console: console)
            try expect(
                console.outputBytes == piece + piece + piece, "it came back as \(console.outputBytes.count) bytes")
        },
        ConformanceCase("run.words", "Words with blanks and quotes arrive as one word each.", needs: [.run]) { stage in
            let console = RecordingConsole()
            _ = try await stage.run(
                stage.task(stage.app(), ["kit", "print", "a  b", "'c'", "\"d\"", "$HOME", "*"]), console: console)
            try expect(console.output, is: "a  b 'c' \"d\" $HOME *\n", "the output")
        },
        ConformanceCase("run.no-newline", "Output without a newline at its end arrives too.", needs: [.run]) { stage in
            let console = RecordingConsole()
            _ = try await stage.run(stage.task(stage.app(), ["kit", "no-newline", "done"]), console: console)
            try expect(console.output, is: "done", "the output")
        },
        ConformanceCase("run.exactly-once", "A task runs once.", .core, needs: [.run]) { stage in
            let app = try stage.app()
            let console = RecordingConsole()
            _ = try await stage.run(stage.task(app, ["kit", "print", "once"]), console: console)
            let times = console.output.split(separator: "\n").filter { $0 == "once" }.count
            try expect(times, is: 1, "how often it ran")
        },
        ConformanceCase("run.environment", "A task has the app's config.", .core, needs: [.run]) { stage in
            let console = RecordingConsole()
            let task = try stage.task(stage.app(), ["kit", "value", "GREETING"]) { task in
                task.environment["GREETING"] = "good morning"
            }
            _ = try await stage.run(task, console: console)
            try expect(console.output, is: "good morning\n", "the output")
        },
        ConformanceCase("run.leaves-nothing", "A task that has ended leaves nothing behind.", .core, needs: [.run]) {
            stage in
            let app = try stage.app()
            _ = try await stage.run(stage.task(app, ["kit", "exit", "3"]))
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase(
            "run.beside-the-release", "A task leaves the app's instances alone.", needs: [.run, .workloads]
        ) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let before = try await stage.running(app, count: 1).map(\.id)
            _ = try await stage.run(stage.task(app, ["kit", "exit", "0"]))
            try expect(try await stage.running(app, count: 1).map(\.id), is: before, "what runs")
            try expect(try await stage.status(app).running, is: .yes, "the status")
        },
        ConformanceCase("run.command-not-found", "A command that the image lacks ends with 127.", needs: [.run]) {
            stage in
            let app = try stage.app()
            let status = try await stage.run(stage.task(app, ["no-such-program"]))
            try expect([126, 127].contains(status.rawValue), "the exit status is \(status.rawValue)")
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("run.image-missing", "A task whose image nobody has fails as that.", needs: [.run]) { stage in
            let missing = stage.backend.images.missing
            let task = try stage.task(stage.app(), ["kit", "exit", "0"]) { $0.image = stage.released(missing) }
            do {
                _ = try await stage.run(task)
            } catch let error as AdapterError {
                return try expect(error.code, is: .imageUnavailable, "the error's code")
            }
            throw Broken("the task was reported as run")
        },
        ConformanceCase("run.terminal", "A task asked for with a terminal has one.", needs: [.run]) { stage in
            let console = RecordingConsole(terminal: TerminalSize(columns: 100, rows: 30))
            let task = try stage.task(stage.app(), ["kit", "terminal"]) { $0.hasTerminal = true }
            _ = try await stage.run(task, console: console)
            try expect(console.output.trimmed, is: "yes", "whether it has a terminal")
        },
        ConformanceCase("run.no-terminal", "A task not asked for with a terminal has none.", needs: [.run]) { stage in
            let console = RecordingConsole()
            _ = try await stage.run(stage.task(stage.app(), ["kit", "terminal"]), console: console)
            try expect(console.output.trimmed, is: "no", "whether it has a terminal")
        },
        ConformanceCase("run.detached", "A detached task gives its name and goes on.", needs: [.run]) { stage in
            let app = try stage.app()
            let name = try await stage.detached(app)
            try expect(!name.isEmpty, "no name was told")
            try expect(try await stage.tasks(app).map(\.name).contains(name), "\(name) is not listed")
            _ = try await stage.stopTasks(app, nil)
        },
        ConformanceCase("run.list", "The list of tasks names what runs, and only this app's.", needs: [.run]) { stage in
            let (one, two) = (try stage.app("one"), try stage.app("two"))
            let (first, second) = (try await stage.detached(one), try await stage.detached(two))
            try expect(try await stage.tasks(one).map(\.name), is: [first], "the tasks of one")
            try expect(try await stage.tasks(two).map(\.name), is: [second], "the tasks of two")
            _ = try await stage.stopTasks(one, nil)
            _ = try await stage.stopTasks(two, nil)
        },
        ConformanceCase("run.list-of-nothing", "Without tasks the list is empty.", needs: [.run]) { stage in
            try expect(try await stage.tasks(stage.app()).isEmpty, "there are tasks")
        },
        ConformanceCase("run.stop-one", "Stopping a task by its name stops that one.", needs: [.run]) { stage in
            let app = try stage.app()
            let (first, second) = (try await stage.detached(app), try await stage.detached(app))
            try expect(try await stage.stopTasks(app, first), is: [first], "what was stopped")
            try expect(try await stage.tasks(app).map(\.name), is: [second], "what is left")
            _ = try await stage.stopTasks(app, nil)
        },
        ConformanceCase("run.stop-all", "Stopping all tasks stops all of the app, and leaves nothing.", needs: [.run]) {
            stage in
            let app = try stage.app()
            let names = [try await stage.detached(app), try await stage.detached(app)]
            try expect(try await stage.stopTasks(app, nil).sorted(), is: names.sorted(), "what was stopped")
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("run.stop-unknown", "Stopping a task that does not exist stops nothing.", needs: [.run]) {
            stage in
            try expect(try await stage.stopTasks(stage.app(), "nobody.run.1"), is: [], "what was stopped")
        },
        ConformanceCase(
            "run.stop-leaves-instances", "Stopping tasks leaves the release alone.", needs: [.run, .workloads]
        ) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            _ = try await stage.detached(app)
            _ = try await stage.stopTasks(app, nil)
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        ConformanceCase("run.log", "A task's log can be read by its name.", needs: [.run]) { stage in
            let app = try stage.app()
            let name = try await stage.detached(app, ["kit", "print-and-stay", "from the task"])
            let console = RecordingConsole()
            try await stage.eventually("the task's words in its log") {
                try await stage.role((any TaskRunning).self).logs(
                    ofTask: name, of: stage.known(app), matching: LogQuery(isRaw: true), console: console)
                return console.output.contains("from the task")
            }
            _ = try await stage.stopTasks(app, nil)
        },
        ConformanceCase("run.log-of-unknown", "The log of a task that does not exist is an error.", needs: [.run]) {
            stage in
            let app = try stage.known(stage.app())
            do {
                try await stage.role((any TaskRunning).self).logs(
                    ofTask: "nobody.run.1", of: app, matching: LogQuery(isRaw: true), console: RecordingConsole())
            } catch let error as AdapterError {
                return try expect(error.code, is: .notFound, "the error's code")
            }
            throw Broken("the log was reported as shown")
        },
        ConformanceCase("run.cancelled", "A task whose caller leaves is ended.", needs: [.run]) { stage in
            let app = try stage.app()
            let task = try stage.task(app, ["kit", "sleep", "100000"])
            let call = Task { try await stage.run(task, console: RecordingConsole(staysOpen: true)) }
            _ = try await stage.running(app, count: 1)
            _ = try await stage.cancelled(call)
            try expect(try await stage.objects(of: app) { $0.isEmpty }.map(\.name), is: [], "what is left")
        },
        ConformanceCase("run.expired", "Tasks beyond their time are retired, others are not.", .extended, needs: [.run])
        {
            stage in
            let app = try stage.app()
            // The host's clock in a case stands long before the backend's.
            _ = try await stage.detached(app)
            try await stage.role((any TaskRunning).self).retireTasks(
                of: stage.known(app), console: RecordingConsole())
            try expect(try await stage.tasks(app).count, is: 1, "tasks that are left")
            _ = try await stage.stopTasks(app, nil)
        },
    ]
}
