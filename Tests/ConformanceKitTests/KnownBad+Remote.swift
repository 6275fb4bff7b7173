import AdapterKit
import Conformance
import Kubernetes

/// Defects in what only remote schedulers do. They are made of the Kubernetes adapter.
extension KnownBad {
    /// - Parameter good: what it is made of.
    init(
        remote name: String, caughtBy: String, of good: AdapterPlugin = .kubernetes,
        _ fill: (inout BrokenRemote.Faults) -> Void
    ) {
        var faults = BrokenRemote.Faults()
        fill(&faults)
        var manifest = good.manifest
        manifest.capabilities.formIntersection([.cron, .storage, .doctor, .diff, .plan, .nodes, .lock])
        let made = faults
        self.init(
            name, caughtBy: caughtBy, backend: BackendKind(good),
            plugin: AdapterPlugin(
                manifest: manifest, settings: good.settings, variables: good.variables,
                make: { context in
                    guard let base = try good.make(context) as? any BrokenRemote.Good else {
                        throw AdapterError(.unsupported, "\(good.manifest.scheduler) lacks a role")
                    }
                    return BrokenRemote(base: base, faults: made)
                }))
    }

    static let remote: [KnownBad] = keeping + storing + examining + comparing + listing + locking

    private static let keeping: [KnownBad] = [
        KnownBad(remote: "forgets the periodic tasks of a release", caughtBy: "cron.come-with-a-release") {
            $0.deploy = { base, deployment, console in
                var less = deployment
                less.cron = []
                return try await base.deploy(less, console: console)
            }
        },
        KnownBad(remote: "starts held tasks all the same", caughtBy: "cron.held-from-the-start") {
            $0.deploy = { base, deployment, console in
                var eager = deployment
                for index in eager.cron.indices { eager.cron[index].isInMaintenance = false }
                return try await base.deploy(eager, console: console)
            }
        },
        KnownBad(remote: "takes the request to hold a task for done", caughtBy: "cron.hold-and-resume") {
            $0.keep = { _, _, _, _ in }
        },
        KnownBad(remote: "refuses to keep what it does not know", caughtBy: "cron.keep-unknown") {
            $0.keep = { _, tasks, _, _ in
                if tasks.count > 1 { throw AdapterError(.notFound, "there is no such periodic task here") }
            }
        },
    ]

    private static let storing: [KnownBad] = [
        KnownBad(remote: "runs a storage command without the storage", caughtBy: "storage.exec-sees-it") {
            $0.execute = { _, _, _ in .success }
        },
        KnownBad(remote: "makes storage anew with each release", caughtBy: "storage.survives-a-redeploy") {
            $0.execute = { _, task, console in
                if task.command.contains("kept") { try await console.write(Array("empty\n".utf8), to: .output) }
                return .success
            }
        },
        KnownBad(remote: "calls every storage command a success", caughtBy: "storage.exit-status") {
            $0.execute = { _, _, _ in .success }
        },
        KnownBad(remote: "takes the request to destroy storage for done", caughtBy: "storage.destroy") {
            $0.destroy = { _, _, _ in }
        },
    ]

    private static let examining: [KnownBad] = [
        KnownBad(remote: "finds everything well", caughtBy: "doctor.names-missing-rights") {
            $0.examine = { _, _, _ in Examination(findings: [.init("rights", .good, "all of them are there")]) }
        },
        KnownBad(remote: "looks at nothing", caughtBy: "doctor.well") {
            $0.examine = { _, _, _ in Examination(findings: []) }
        },
        KnownBad(remote: "fails where there is nothing to reach", caughtBy: "doctor.unreachable") {
            $0.examine = { base, app, _ in
                guard let app else { return Examination(findings: []) }
                _ = try await base.status(of: app)
                return Examination(findings: [.init("reach", .good, "it answers")])
            }
        },
        KnownBad(remote: "tries its rights out", caughtBy: "doctor.changes-nothing") {
            $0.examine = { base, app, console in
                if let app { try await base.stop(app, removing: false, console: console) }
                return Examination(findings: [.init("rights", .good, "what was tried worked")])
            }
        },
    ]

    private static let comparing: [KnownBad] = [
        KnownBad(remote: "calls every deploy a change", caughtBy: "diff.unchanged") {
            $0.compare = { _, _ in
                Comparison(parts: [.init("Deployment/web", .update, lines: ["+ something"])], token: "1")
            }
        },
        KnownBad(remote: "calls no deploy a change", caughtBy: "diff.changed-image") {
            $0.compare = { _, _ in Comparison(parts: [], token: "1") }
        },
        KnownBad(remote: "shows changed values", caughtBy: "diff.masked") {
            $0.compare = { base, deployment in
                var found = try await base.compare(deployment)
                found.parts.append(
                    .init("Secret/config", .update, lines: deployment.environment.map { "+ \($0.key)=\($0.value)" }))
                return found
            }
        },
        KnownBad(remote: "deploys to see what would change", caughtBy: "diff.first-release") {
            $0.compare = { base, deployment in
                let found = try await base.compare(deployment)
                _ = try await base.deploy(deployment, console: SilentConsole())
                return found
            }
        },
        KnownBad(remote: "minds no token", caughtBy: "diff.outdated") {
            $0.deploy = { base, deployment, console in
                var blind = deployment
                blind.agreedState = nil
                return try await base.deploy(blind, console: console)
            }
        },
    ]
}

/// Nobody is there.
private struct SilentConsole: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}
