import AdapterKit
import Conformance
import DockerLocal

/// An adapter with a defect that a real one had, or could have, and the case that must find it.
struct KnownBad: Sendable {
    let name: String
    let caughtBy: String
    let plugin: AdapterPlugin
    /// What it speaks with.
    let backend: BackendKind

    init(_ name: String, caughtBy: String, backend: BackendKind, plugin: AdapterPlugin) {
        self.name = name
        self.caughtBy = caughtBy
        self.backend = backend
        self.plugin = plugin
    }

    init(
        _ name: String, caughtBy: String, claiming capabilities: Set<Capability>? = nil,
        _ faults: BrokenAdapter.Faults
    ) {
        self.name = name
        self.caughtBy = caughtBy
        backend = .docker
        let good = AdapterPlugin.dockerLocal
        var manifest = good.manifest
        if let capabilities { manifest.capabilities = capabilities }
        plugin = AdapterPlugin(
            manifest: manifest, settings: good.settings, variables: good.variables,
            make: { context in
                guard let base = try good.make(context) as? any BrokenAdapter.Good else {
                    throw AdapterError(.unsupported, "docker-local lacks a role")
                }
                return BrokenAdapter(base: base, faults: faults)
            })
    }

    init(
        _ name: String, caughtBy: String, claiming: Set<Capability>? = nil, _ fill: (inout BrokenAdapter.Faults) -> Void
    ) {
        var faults = BrokenAdapter.Faults()
        fill(&faults)
        self.init(name, caughtBy: caughtBy, claiming: claiming, faults)
    }
}

extension KnownBad {
    static let all: [KnownBad] = deploying + running + looking + cleaning + remote + nomad

    private static let deploying: [KnownBad] = [
        KnownBad("forgets a process type", caughtBy: "deploy.two-process-types") {
            $0.deploy = { base, deployment, console in
                var less = deployment
                less.processes = Array(deployment.processes.prefix(1))
                return try await base.deploy(less, console: console)
            }
        },
        KnownBad("returns before the release is ready", caughtBy: "failure.dies-while-checked") {
            $0.deploy = { base, deployment, console in
                var unchecked = deployment
                for index in unchecked.processes.indices { unchecked.processes[index].checks.mode = .skipped }
                return try await base.deploy(unchecked, console: console)
            }
        },
        KnownBad("reports a failed deploy as done", caughtBy: "failure.crash-at-start") {
            $0.deploy = { base, deployment, console in
                (try? await base.deploy(deployment, console: console)) ?? Rollout(instances: [], superseded: [])
            }
        },
        KnownBad("retires the old release before the new one is verified", caughtBy: "failure.old-release-goes-on") {
            $0.deploy = { base, deployment, console in
                _ = try await base.retire(deployment.app.live.map(\.id), stopTimeout: 1, console: console)
                return try await base.deploy(deployment, console: console)
            }
        },
        KnownBad("leaves what a failed deploy made", caughtBy: "failure.leaves-nothing") {
            $0.deploy = { base, deployment, console in
                do {
                    return try await base.deploy(deployment, console: console)
                } catch {
                    var left = deployment
                    for index in left.processes.indices {
                        left.processes[index].command = StartCommand(procfile: ["kit", "serve"])
                        left.processes[index].checks.mode = .skipped
                    }
                    _ = try await base.deploy(left, console: console)
                    throw error
                }
            }
        },
        KnownBad("makes each process type by itself, not the whole", caughtBy: "failure.second-process-type-fails") {
            $0.deploy = { base, deployment, console in
                var rollout = Rollout(instances: [], superseded: [])
                for process in deployment.processes {
                    var one = deployment
                    one.only = process.type
                    one.id = try DeploymentID("\(deployment.id)\(process.type)")
                    let part = try await base.deploy(one, console: console)
                    rollout.instances += part.instances
                    rollout.superseded += part.superseded
                }
                return rollout
            }
        },
        KnownBad("takes a missing image for a success", caughtBy: "failure.image-missing") {
            $0.deploy = { base, deployment, console in
                do {
                    return try await base.deploy(deployment, console: console)
                } catch let error as AdapterError where error.code == .imageUnavailable {
                    return Rollout(instances: [], superseded: [])
                }
            }
        },
        KnownBad("calls every trouble by one name", caughtBy: "failure.image-missing") {
            $0.deploy = { base, deployment, console in
                do {
                    return try await base.deploy(deployment, console: console)
                } catch is AdapterError {
                    throw AdapterError(.unexpectedReply, "the deploy did not work")
                }
            }
        },
        KnownBad("keeps to itself that the release before serves", caughtBy: "failure.tells-what-serves") {
            $0.deploy = { base, deployment, console in
                do {
                    return try await base.deploy(deployment, console: console)
                } catch var error as AdapterError {
                    error.releaseBeforeServes = false
                    throw error
                }
            }
        },
        KnownBad("ignores cancellation", caughtBy: "failure.cancelled-ends-soon") {
            $0.deploy = { base, deployment, console in
                try await Task { try await base.deploy(deployment, console: console) }.value
            }
        },
        KnownBad("hides what the instance said", caughtBy: "failure.shows-last-lines") {
            $0.deploy = { base, deployment, _ in
                do {
                    return try await base.deploy(deployment, console: Deaf())
                } catch var error as AdapterError {
                    error.failedInstances = []
                    throw error
                }
            }
        },
        KnownBad("says 'an error occurred'", caughtBy: "contract.errors-are-sentences") {
            $0.deploy = { base, deployment, console in
                do {
                    return try await base.deploy(deployment, console: console)
                } catch {
                    throw AdapterError(.imageUnavailable, "an error occurred: Optional(404)")
                }
            }
        },
        KnownBad("prints the config as it deploys", caughtBy: "secrecy.deploy") {
            $0.deploy = { base, deployment, console in
                for (name, value) in deployment.environment { await console.report(.detail("\(name)=\(value)")) }
                return try await base.deploy(deployment, console: console)
            }
        },
        KnownBad("prints the config in base64", caughtBy: "secrecy.deploy") {
            $0.deploy = { base, deployment, console in
                let encoded = encodedBase64(deployment.environment["KIT_SECRET"] ?? "")
                await console.report(.detail("secret: \(encoded)"))
                return try await base.deploy(deployment, console: console)
            }
        },
        KnownBad("cuts values at the first newline", caughtBy: "config.newlines") {
            $0.deploy = { base, deployment, console in
                var cut = deployment
                cut.environment = deployment.environment.mapValues { String($0.prefix { $0 != "\n" }) }
                return try await base.deploy(cut, console: console)
            }
        },
        KnownBad("fills dollar signs in", caughtBy: "config.dollars") {
            $0.deploy = { base, deployment, console in
                var filled = deployment
                filled.environment = deployment.environment.mapValues { $0.replacing("$HOME", with: "/root") }
                return try await base.deploy(filled, console: console)
            }
        },
        KnownBad("loses empty values", caughtBy: "config.equals") {
            $0.deploy = { base, deployment, console in
                var split = deployment
                split.environment = deployment.environment.mapValues { String($0.split(separator: "=").first ?? "") }
                return try await base.deploy(split, console: console)
            }
        },
        KnownBad("restarts everything to scale", caughtBy: "scale.up") {
            $0.deploy = { base, deployment, console in
                var all = deployment
                all.keepsRunning = false
                return try await base.deploy(all, console: console)
            }
        },
        KnownBad("starts one instance too few", caughtBy: "deploy.many-instances") {
            $0.deploy = { base, deployment, console in
                var fewer = deployment
                for index in fewer.processes.indices { fewer.processes[index].quantity -= 1 }
                return try await base.deploy(fewer, console: console)
            }
        },
        KnownBad("deploys all process types when asked for one", caughtBy: "deploy.one-process-type-alone") {
            $0.deploy = { base, deployment, console in
                var all = deployment
                all.only = nil
                return try await base.deploy(all, console: console)
            }
        },
        KnownBad("reads standard input as it deploys", caughtBy: "contract.input-is-left-alone") {
            $0.deploy = { base, deployment, console in
                _ = try await console.read()
                return try await base.deploy(deployment, console: console)
            }
        },
        KnownBad("takes a check that only warns for a failure", caughtBy: "checks.warning-only") {
            $0.deploy = { base, deployment, console in
                var strict = deployment
                for index in strict.processes.indices {
                    for check in strict.processes[index].checks.healthchecks.indices {
                        strict.processes[index].checks.healthchecks[check].isWarning = false
                    }
                }
                return try await base.deploy(strict, console: console)
            }
        },
        KnownBad("leaves readiness checks out", caughtBy: "checks.readiness-counts") {
            $0.deploy = { base, deployment, console in
                var less = deployment
                for index in less.processes.indices {
                    less.processes[index].checks.healthchecks.removeAll { $0.purpose == .readiness }
                }
                return try await base.deploy(less, console: console)
            }
        },
    ]

    private static let running: [KnownBad] = [
        KnownBad("loses a task's exit code", caughtBy: "run.exit-43") {
            $0.run = { base, task, console in
                _ = try await base.run(task, console: console)
                return .success
            }
        },
        KnownBad("takes exit status 10 for 'not implemented'", caughtBy: "run.exit-10") {
            $0.run = { base, task, console in
                let status = try await base.run(task, console: console)
                if status.rawValue == 10 { throw AdapterError(.unsupported, "not implemented") }
                return status
            }
        },
        KnownBad("loses a session's exit code", caughtBy: "enter.exit-9") {
            $0.enter = { base, session, console in
                let status = try await base.enter(session, console: console)
                return ExitStatus(rawValue: status.rawValue == 0 ? 0 : 1)
            }
        },
        KnownBad("starts a task twice", caughtBy: "run.exactly-once") {
            $0.run = { base, task, console in
                var again = task
                again.number += 500
                _ = try await base.run(again, console: console)
                return try await base.run(task, console: console)
            }
        },
        KnownBad(
            "answers 'not implemented' with 0", caughtBy: "contract.unclaimed-is-refused",
            claiming: [.retire, .inspect, .plan]
        ) {
            $0.run = { _, _, console in
                await console.report(.detail("not implemented"))
                return .success
            }
            $0.enter = { _, _, _ in .success }
        },
        KnownBad("claims what it refuses", caughtBy: "run.exit-0") {
            $0.run = { _, _, _ in throw AdapterError(.unsupported, "not implemented") }
        },
        KnownBad("mixes both streams", caughtBy: "run.streams-are-apart") {
            $0.run = { base, task, console in try await base.run(task, console: Mixing(base: console)) }
        },
        KnownBad("forwards no input", caughtBy: "run.input") {
            $0.run = { base, task, console in try await base.run(task, console: Dumb(base: console)) }
        },
        KnownBad("ends output at 64 kB", caughtBy: "run.bytes") {
            $0.run = { base, task, console in try await base.run(task, console: Short(base: console)) }
        },
        KnownBad("joins a task's words for a shell", caughtBy: "run.words") {
            $0.run = { base, task, console in
                var joined = task
                joined.command = ["sh", "-c", task.command.joined(separator: " ")]
                return try await base.run(joined, console: console)
            }
        },
        KnownBad("runs a task without the config", caughtBy: "run.environment") {
            $0.run = { base, task, console in
                var bare = task
                bare.environment = [:]
                return try await base.run(bare, console: console)
            }
        },
        KnownBad("compares the overlap policy in the wrong case", caughtBy: "cron.forbid") {
            $0.run = { base, task, console in
                var loose = task
                loose.concurrency = .allow
                return try await base.run(loose, console: console)
            }
        },
        KnownBad("tells no name of a detached task", caughtBy: "run.detached") {
            $0.run = { base, task, console in try await base.run(task, console: task.isDetached ? Deaf() : console) }
        },
        KnownBad("leaves tasks behind", caughtBy: "run.leaves-nothing") {
            $0.run = { base, task, console in
                var copy = task
                copy.number += 500
                copy.isDetached = true
                copy.command = ["kit", "sleep", "100000"]
                _ = try await base.run(copy, console: Deaf())
                return try await base.run(task, console: console)
            }
        },
        KnownBad("lets an index one beyond the last through", caughtBy: "enter.index-beyond") {
            $0.enter = { base, session, console in
                var session = session
                if case .instance(let name) = session.target, !session.app.live.contains(where: { $0.name == name }) {
                    session.target = .process(type: name.process)
                }
                return try await base.enter(session, console: console)
            }
        },
        KnownBad("always enters the first instance", caughtBy: "enter.the-instance-meant") {
            $0.enter = { base, session, console in
                var session = session
                if case .instance(let name) = session.target { session.target = .process(type: name.process) }
                return try await base.enter(session, console: console)
            }
        },
    ]

    private static let looking: [KnownBad] = [
        KnownBad("says that all is well, whatever is", caughtBy: "lifecycle.stop") {
            $0.status = { _, app in AppStatus(count: app.live.count, running: .yes) }
        },
        KnownBad("takes some for all", caughtBy: "lifecycle.status-mixed") {
            $0.status = { base, app in
                let status = try await base.status(of: app)
                return AppStatus(count: status.count, running: status.running == .no ? .no : .yes)
            }
        },
        KnownBad("shows all lines when asked for the last", caughtBy: "logs.last-lines") {
            $0.logs = { base, app, query, console in
                var all = query
                all.count = nil
                try await base.logs(of: app, matching: all, console: console)
            }
        },
        KnownBad("shows every instance's lines when asked for one", caughtBy: "logs.one-process-type") {
            $0.logs = { base, app, query, console in
                var all = query
                all.source = .all
                try await base.logs(of: app, matching: all, console: console)
            }
        },
        KnownBad("does not follow", caughtBy: "logs.follow-outlives-one") {
            $0.logs = { base, app, query, console in
                var once = query
                once.follow = false
                try await base.logs(of: app, matching: once, console: console)
            }
        },
        KnownBad("ends following with the first instance that ends", caughtBy: "logs.follow-outlives-one") {
            $0.logs = { base, app, query, console in
                guard query.follow else { return try await base.logs(of: app, matching: query, console: console) }
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for instance in app.live {
                        tasks.addTask {
                            var one = app
                            one.live = [instance]
                            while try await base.status(of: one).running == .yes {
                                try await Task.sleep(for: .milliseconds(20))
                            }
                        }
                    }
                    tasks.addTask { try await base.logs(of: app, matching: query, console: console) }
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            }
        },
        KnownBad("shows what it runs with its config", caughtBy: "secrecy.inspect") {
            $0.inspect = { _, app in
                Array("[{\"id\":\"\(app.live.first?.id ?? "")\",\"Env\":[\"KIT_SECRET=\(await Leaks.secret)\"]}]".utf8)
            }
            $0.deploy = { base, deployment, console in
                await Leaks.remember(deployment.environment["KIT_SECRET"] ?? "")
                return try await base.deploy(deployment, console: console)
            }
        },
        KnownBad("plans by doing", caughtBy: "plan.changes-nothing") {
            $0.plan = { base, deployment in
                _ = try await base.deploy(deployment, console: Deaf())
                return try await base.plan(deployment)
            }
        },
        KnownBad("lists every app's tasks", caughtBy: "run.list-of-nothing") {
            $0.tasks = { _, app in [TaskRecord(name: "other.run.1", state: "running", command: "", created: 0)] }
        },
    ]

    private static let cleaning: [KnownBad] = [
        KnownBad("guards stop with another scheduler's name", caughtBy: "lifecycle.stop") {
            $0.stop = { _, _, _, _ in }
        },
        KnownBad("stops every app whose name begins alike", caughtBy: "lifecycle.names-that-begin-alike") {
            $0.stop = { base, app, removing, console in
                try await base.stop(app, removing: removing, console: console)
                let longer = App(name: try AppName("\(app.name)-two"), stopTimeout: 1)
                try await base.stop(longer, removing: removing, console: console)
            }
        },
        KnownBad("leaves stopped instances when it removes", caughtBy: "lifecycle.remove") {
            $0.remove = { base, app, console in try await base.stop(app, removing: false, console: console) }
        },
        KnownBad("fails to remove what is not there", caughtBy: "contract.remove-of-nothing") {
            $0.remove = { base, app, console in
                guard !app.live.isEmpty else { throw AdapterError(.notFound, "there is no such app") }
                try await base.remove(app, console: console)
            }
        },
        KnownBad("says that it retired what it did not", caughtBy: "retire.gives-back-what-went") {
            $0.retire = { _, ids, _, _ in ids }
        },
        KnownBad("takes live instances for leftovers", caughtBy: "retire.no-leftovers") {
            $0.leftovers = { base, app, _ in try await base.leftovers(of: app, known: []) }
        },
        KnownBad("finds no leftovers", caughtBy: "retire.leftovers") { $0.leftovers = { _, _, _ in [] } },
        KnownBad("withdraws the old release too", caughtBy: "retire.withdraw") {
            $0.withdraw = { base, rollout, app, console in
                try await base.withdraw(rollout, of: app, console: console)
                _ = try await base.retire(rollout.superseded.map(\.id), stopTimeout: 1, console: console)
            }
        },
        KnownBad("stops the release with its tasks", caughtBy: "run.stop-leaves-instances") {
            $0.stopTasks = { base, app, name, console in
                if let app { try await base.stop(app, removing: true, console: console) }
                return try await base.stopTasks(of: app, named: name, console: console)
            }
        },
        KnownBad("stops all tasks when asked for one", caughtBy: "run.stop-one") {
            $0.stopTasks = { base, app, _, console in
                try await base.stopTasks(of: app, named: nil, console: console)
            }
        },
    ]
}
