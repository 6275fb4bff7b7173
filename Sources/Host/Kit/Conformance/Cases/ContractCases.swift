import AdapterKit

extension Suite {
    /// Manners: what holds whatever an adapter can do.
    static let contract: [ConformanceCase] =
        [
            ConformanceCase(
                "contract.manifest-is-sound", "The manifest names the scheduler by a name that a setting can hold.",
                .core, needs: []
            ) { stage in
                let name = stage.manifest.scheduler
                try expect(!name.isEmpty, "the manifest names no scheduler")
                try expect(
                    name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 },
                    "'\(name)' has other characters than lower-case letters, digits and hyphens")
            },
            ConformanceCase(
                "contract.claims-are-roles", "Every role that the manifest claims is there.", .core, needs: []
            ) { stage in
                let adapter = try stage.adapter()
                for capability in stage.manifest.capabilities.sorted() {
                    let isThere =
                        switch capability {
                        case .run: adapter is any TaskRunning
                        case .enter: adapter is any SessionOpening
                        case .retire: adapter is any InstanceRetiring
                        case .inspect: adapter is any Inspecting
                        case .plan: adapter is any Planning
                        case .diff: adapter is any Comparing
                        case .cron: adapter is any CronKeeping
                        case .storage: adapter is any StorageExecuting
                        case .doctor: adapter is any Examining
                        case .nodes: adapter is any NodeListing
                        case .lock: adapter is any DeployLocking
                        case .check: adapter is any InstanceChecking
                        }
                    try expect(isThere, "\(capability.rawValue) is claimed and not there")
                }
            },
            ConformanceCase(
                "contract.unclaimed-is-refused", "A role that is not claimed is refused as unsupported, not ignored.",
                .core, needs: []
            ) { stage in
                for need in ConformanceCase.Need.allCases {
                    if let capability = need.capability, !stage.claims(capability) {
                        try await Refusals.check(capability, stage)
                    }
                }
            },
            ConformanceCase(
                "contract.settings-have-summaries", "Every setting says in a sentence what it is for.", .standard,
                needs: []
            ) { stage in
                for setting in stage.subject.plugin.settings {
                    try expect(!setting.summary.isEmpty, "\(setting.name) has no summary")
                }
            },
            ConformanceCase(
                "contract.status-says-something", "Asked for its status, an adapter always gives a count and a word.",
                .core, needs: []
            ) { stage in
                let status = try await stage.status(stage.app())
                try expect(status.count >= 0, "the count is \(status.count)")
            },
            ConformanceCase(
                "contract.stop-of-nothing", "Stopping an app that runs nothing is no error, however often.", .core,
                needs: []
            ) { stage in
                let app = try stage.app()
                for _ in 0..<3 { try await stage.stop(app) }
            },
            ConformanceCase(
                "contract.remove-of-nothing", "Removing an app that was never deployed is no error, however often.",
                .core, needs: []
            ) { stage in
                let app = try stage.app()
                for _ in 0..<3 { try await stage.remove(app) }
            },
            ConformanceCase(
                "contract.logs-of-nothing", "The logs of an app that runs nothing end, and show nothing.", .core,
                needs: []
            ) { stage in
                let console = try await stage.logs(stage.app())
                try expect(console.output, is: "", "the log")
            },
            ConformanceCase(
                "contract.unknown-app-is-not-running", "The status of an app that was never deployed is 0 and false."
            ) { stage in
                let status = try await stage.status(stage.app("nobody"))
                try expect(status.count, is: 0, "the count")
                try expect(status.running, is: .no, "the word")
            },
            ConformanceCase(
                "contract.status-changes-nothing",
                "Asking for the status makes nothing and gives the same answer again."
            ) { stage in
                let app = try stage.app()
                try await stage.deploy(stage.release(app))
                let before = try await stage.objects(of: app)
                let first = try await stage.status(app)
                for _ in 0..<3 { try expect(try await stage.status(app), is: first, "the status") }
                try expect(try await stage.objects(of: app), is: before, "what is at the backend")
            },
            ConformanceCase(
                "contract.input-is-left-alone", "A deploy does not touch standard input: it may be the next command's.",
                .core
            ) { stage in
                let console = RecordingConsole(input: [.bytes(Array("next command\n".utf8))])
                try await stage.deploy(stage.release(stage.app()), console: console)
                if stage.subject.form == .inProcess {
                    try expect(console.reads, is: 0, "how often input was asked for")
                }
            },
            ConformanceCase(
                "contract.notes-are-lines", "What is told to people are single lines without control characters."
            ) { stage in
                let console = RecordingConsole()
                try await stage.deploy(stage.release(stage.app()), console: console)
                for note in console.notes {
                    let text =
                        switch note {
                        case .step(let text), .headline(let text), .detail(let text), .warning(let text): text
                        case .progress(let subject, let text): subject + text
                        }
                    try expect(
                        !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F },
                        "'\(text)' has a control character")
                }
            },
            ConformanceCase(
                "contract.progress-is-told", "A deploy tells people something while it works."
            ) { stage in
                let console = RecordingConsole()
                try await stage.deploy(stage.release(stage.app()), console: console)
                try expect(!console.everything.allSatisfy(\.isWhitespace), "nothing was told")
            },
            ConformanceCase(
                "contract.errors-are-sentences", "An error says what is wrong in a sentence, without a type's name."
            ) { stage in
                let error = try await stage.failure(
                    of: stage.release(stage.app(), image: stage.backend.images.missing))
                try expect(error.message.count > 10, "'\(error.message)' says too little")
                for ugly in ["Error(", "Optional(", "nil", "Failure.", "Exception", "Traceback", "an error occurred"] {
                    try expect(!stage.told(error).contains(ugly), "'\(error.message)' contains '\(ugly)'")
                }
            },
            ConformanceCase(
                "contract.two-callers", "Two calls at a time for two apps do not disturb each other."
            ) { stage in
                let (one, two) = (try stage.app("one"), try stage.app("two"))
                let (first, second) = (try stage.release(one), try stage.release(two))
                async let left = stage.deploy(first)
                async let right = stage.deploy(second)
                _ = try await (left, right)
                try expect(try await stage.running(one, count: 1).count, is: 1, "instances of one")
                try expect(try await stage.running(two, count: 1).count, is: 1, "instances of two")
            },
            ConformanceCase(
                "contract.cancelled-at-once", "A deploy that is cancelled before it begins makes nothing.", .core
            ) { stage in
                let app = try stage.app()
                let release = try stage.release(app)
                let task = Task { try await stage.bringUp(release) }
                if case .success = try await stage.cancelled(task) {
                    try expect(try await stage.running(app).isEmpty == false, "a success without an instance")
                } else {
                    let left = try await stage.objects(of: app) { $0.isEmpty }
                    try expect(left.isEmpty, "\(left.count) objects were left behind")
                }
            },
        ]
}

/// What an adapter must do with a call of a role that it does not claim.
enum Refusals {
    /// Makes a call of the role and sees that it is refused.
    /// - Throws: ``Broken`` when it is answered.
    static func check(_ capability: Capability, _ stage: Stage) async throws {
        let adapter = try stage.adapter()
        let app = try stage.known(stage.app("refused"))
        let console = RecordingConsole()
        func refused(_ body: () async throws -> Void) async throws {
            do {
                try await body()
            } catch let error as AdapterError {
                try expect(
                    error.code == .unsupported,
                    "\(capability.rawValue) was refused with '\(error.message)' "
                        + "(\(error.code.rawValue)) instead of unsupported")
                return
            }
            throw Broken("\(capability.rawValue) is not claimed, and the call was reported as done")
        }
        switch capability {
        case .run:
            // Swift code without the role cannot even be asked: the host refuses.
            guard let role = adapter as? any TaskRunning else { return }
            let task = try stage.task(app.name, ["kit", "exit", "0"])
            try await refused {
                let status = try await role.run(task, console: console)
                if status.rawValue == 10 { throw AdapterError(.unsupported, "exit status 10") }
            }
        case .enter:
            guard let role = adapter as? any SessionOpening else { return }
            try await refused {
                let status = try await role.enter(
                    Session(app: app, target: .any, command: ["kit", "exit", "0"], hasTerminal: false), console: console
                )
                if status.rawValue == 10 { throw AdapterError(.unsupported, "exit status 10") }
            }
        case .retire:
            guard let role = adapter as? any InstanceRetiring else { return }
            try await refused { _ = try await role.retire(["nothing"], stopTimeout: 1, console: console) }
        case .inspect:
            guard let role = adapter as? any Inspecting else { return }
            try await refused { _ = try await role.inspect(app) }
        case .plan:
            guard let role = adapter as? any Planning else { return }
            let release = try stage.release(app.name)
            try await refused { _ = try await role.plan(release) }
        case .diff:
            guard let role = adapter as? any Comparing else { return }
            let release = try stage.release(app.name)
            try await refused { _ = try await role.compare(release) }
        case .cron:
            guard let role = adapter as? any CronKeeping else { return }
            try await refused { try await role.keep([], of: app, console: console) }
        case .storage:
            guard let role = adapter as? any StorageExecuting else { return }
            let task = StorageTask(
                entry: StorageEntry(name: "data", size: "1Gi"), image: try ImageReference("kit/nothing:1"),
                command: ["true"], hasTerminal: false, number: 1)
            try await refused {
                let status = try await role.execute(task, console: console)
                if status.rawValue == 10 { throw AdapterError(.unsupported, "exit status 10") }
            }
        case .doctor:
            guard let role = adapter as? any Examining else { return }
            try await refused { _ = try await role.examine(app, console: console) }
        case .nodes:
            guard let role = adapter as? any NodeListing else { return }
            try await refused { _ = try await role.platforms(for: app) }
        case .lock:
            guard let role = adapter as? any DeployLocking else { return }
            let lock = HeldLock(id: "kit", home: "kit", holder: "kit", action: "deploy", since: 0, duration: 30)
            try await refused { _ = try await role.takeLock(lock, of: app, over: nil) }
        case .check:
            guard let role = adapter as? any InstanceChecking else { return }
            try await refused { _ = try await role.check(Checkup(app: app, subjects: []), console: console) }
        }
    }
}
