import AdapterKit

extension Suite {
    private static func instance(_ type: String, _ index: Int) throws -> Session.Target {
        .instance(name: InstanceName(try ProcessType(type), index))
    }

    private static func refused(
        _ id: String, _ promise: String, _ target: @escaping @Sendable (Stage, AppName) throws -> Session.Target
    ) -> ConformanceCase {
        ConformanceCase("enter." + id, promise, needs: [.enter, .workloads]) { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, ["web": Part(2), "worker": Part(1, "sleep", "100000")]))
            do {
                _ = try await stage.enter(app, target(stage, app), ["kit", "exit", "0"])
            } catch let error as AdapterError {
                return try expect(
                    [.notFound, .invalidInput].contains(error.code), "the error's code is \(error.code.rawValue)")
            }
            throw Broken("a session was opened all the same")
        }
    }

    /// Sessions in instances that run.
    static let enter: [ConformanceCase] =
        [0, 1, 9, 43].map { code in
            ConformanceCase(
                "enter.exit-\(code)", "A session that ends with \(code) gives back \(code).",
                needs: [.enter, .workloads]
            ) { stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let status = try await stage.enter(
                    app, .process(type: .web), ["kit", "exit", "\(code)"])
                try expect(status.rawValue, is: Int32(code), "the exit status")
            }
        } + [
            ConformanceCase(
                "enter.output", "What a session writes arrives as it is.", .core, needs: [.enter, .workloads]
            ) { stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let console = RecordingConsole()
                _ = try await stage.enter(app, .process(type: .web), ["kit", "print", "inside"], console: console)
                try expect(console.output, is: "inside\n", "the output")
            },
            ConformanceCase("enter.input", "What is typed arrives in a session.", needs: [.enter, .workloads]) {
                stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let console = RecordingConsole(input: [.bytes(Array("typed\n".utf8))])
                _ = try await stage.enter(app, .process(type: .web), ["kit", "cat"], console: console)
                try expect(console.output, is: "typed\n", "the output")
            },
            ConformanceCase(
                "enter.streams-are-apart", "Both streams of a session stay apart.", needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let console = RecordingConsole()
                _ = try await stage.enter(app, .process(type: .web), ["kit", "error", "oh"], console: console)
                try expect(console.error, is: "oh\n", "standard error")
                try expect(console.output, is: "", "standard output")
            },
            ConformanceCase(
                "enter.the-instance-meant", "A session opens in the instance that was named.", .core,
                needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                let rollout = try await stage.deploy(stage.release(app, ["web": Part(3)]))
                for index in 1...3 {
                    try await stage.expectSession(instance("web", index), in: index, of: rollout)
                }
            },
            ConformanceCase(
                "enter.by-id", "A session opens in the instance whose id begins so.", needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                let rollout = try await stage.deploy(stage.release(app, ["web": Part(2)]))
                guard let wanted = rollout.instances.first(where: { $0.name.index == 2 }) else {
                    throw Broken("there is no web.2")
                }
                try await stage.expectSession(.id(prefix: wanted.id), in: 2, of: rollout)
            },
            ConformanceCase(
                "enter.only-type", "Without a target a session opens in the only process type.",
                needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                let rollout = try await stage.deploy(stage.release(app))
                try await stage.expectSession(.any, in: 1, of: rollout)
            },
            refused("index-beyond", "An index one beyond the last is refused.") { _, _ in try instance("web", 3) },
            refused("index-far-beyond", "An index far beyond the last is refused.") { _, _ in
                try instance("web", 1_000_000)
            },
            refused("unknown-type", "A process type that the app lacks is refused.") { _, _ in
                .process(type: try ProcessType("nobody"))
            },
            refused("unknown-id", "An id that is not there is refused.") { _, _ in .id(prefix: "ffffffffffff0000") },
            refused("ambiguous", "Without a target, an app with several process types is asked which.") { _, _ in .any
            },
            ConformanceCase("enter.nothing-runs", "Entering an app that runs nothing is refused.", needs: [.enter]) {
                stage in
                do {
                    _ = try await stage.enter(stage.app(), .any, ["kit", "exit", "0"])
                } catch is AdapterError { return }
                throw Broken("a session was opened all the same")
            },
            ConformanceCase("enter.config", "A session sees the app's config.", needs: [.enter, .workloads]) { stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app, environment: ["GREETING": "good evening"]))
                let console = RecordingConsole()
                _ = try await stage.enter(
                    app, .process(type: .web), ["kit", "value", "GREETING"], console: console)
                try expect(console.output.trimmed, is: "good evening", "the value")
            },
            ConformanceCase(
                "enter.terminal", "A session with a terminal has one, of the person's size.",
                needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let console = RecordingConsole(terminal: TerminalSize(columns: 101, rows: 31))
                _ = try await stage.enter(app, .process(type: .web), ["kit", "terminal"], console: console)
                try expect(console.output.trimmed, is: "yes", "whether it has a terminal")
            },
            ConformanceCase(
                "enter.leaves-no-trace", "A session changes nothing of the release.", needs: [.enter, .workloads]
            ) {
                stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let before = try await stage.objects(of: app)
                _ = try await stage.enter(app, .process(type: .web), ["kit", "exit", "3"])
                try expect(try await stage.objects(of: app), is: before, "what is at the backend")
            },
        ]
}

extension Stage {
    /// Opens a session and asks where it is. An instance knows its own
    /// name; where alike instances are made from one description, its host is called by its id.
    fileprivate func expectSession(_ target: Session.Target, in index: Int, of rollout: Rollout) async throws {
        guard let wanted = rollout.instances.first(where: { $0.name.index == index }), let app = apps.first else {
            throw Broken("there is no web.\(index)")
        }
        func told(_ name: String) async throws -> String {
            let console = RecordingConsole()
            _ = try await enter(app, target, ["kit", "value", name], console: console)
            return console.output.trimmed
        }
        let name = try await told("DYNO")
        if name == "web.\(index)" { return }
        guard !claims(.retire), !name.isNumbered else {
            throw Broken("the session is in '\(name)', and should be in web.\(index)")
        }
        let host = try await told("HOSTNAME")
        try expect(!host.isEmpty && wanted.id.hasPrefix(host), "the session is in '\(host)', and not in \(wanted.id)")
    }
}

extension String {
    /// Whether it names one instance of a process type, such as `web.1`.
    var isNumbered: Bool { InstanceName(self) != nil }
}
