import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: InstanceChecking {
    /// One after the other, so that the lines of one stay together.
    func check(_ checkup: Checkup, console: any Console) async throws -> [FailedInstance] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("check the containers of \(checkup.app.name)") {
            var failures: [FailedInstance] = []
            for subject in checkup.subjects {
                let check = RunningCheck(
                    subject: subject, checkup: checkup, engine: engine, console: console, context: context)
                if let failure = try await check.failure() { failures.append(failure) }
            }
            return failures
        }
    }
}

/// The checks of a container that runs already, told as Dokku's `check-deploy` tells them (contract 2.6). It is not
/// stopped when they fail, as a new one is: it serves.
private struct RunningCheck: Sendable {
    let subject: Checkup.Subject
    let checkup: Checkup
    let engine: DockerEngine
    let console: any Console
    let context: AdapterContext

    private var instance: Instance { subject.instance }

    /// Why it fails, `nil` when all is well.
    func failure() async throws -> FailedInstance? {
        if subject.checks.mode == .skipped {
            await console.report(.headline("Zero downtime checks have been skipped (\(instance.name))"))
            return nil
        }
        guard let details = try await inspected() else { return record("is gone", []) }
        guard details.State.Running else {
            return try await failed(details, ["does not run (\(details.State.Status))"])
        }
        var runner = CheckRunner(
            engine: engine, container: details, port: instance.port,
            domain: Routes(domains: checkup.domains).firstHost,
            instance: instance.name, console: console, context: context)
        runner.startedAt = details.startedAt
        let checks = subject.checks.gating(instance.name.process, port: instance.port)
        if let reasons = try await runner.run(checks) { return try await failed(details, reasons) }
        guard let after = try await inspected(), after.State.Running,
            after.State.StartedAt == details.State.StartedAt
        else { return try await failed(details, ["ended while it was checked"]) }
        await console.report(.detail("All checks successful (\(instance.name))"))
        return nil
    }

    private func inspected() async throws -> ContainerDetails? {
        do {
            return try await engine.send(.inspectContainer(instance.id))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        }
    }

    private func failed(_ details: ContainerDetails, _ reasons: [String]) async throws -> FailedInstance {
        try Task.checkCancellation()
        await console.report(.warning("Could not start due to \(reasons.count) failed checks (\(instance.name))"))
        let mask = SecretMask(details.Config.Env ?? [])
        let lines = await LastLines.show(
            of: details.Id, instance.name, checkup.app.name, mask: mask, engine: engine, console: console)
        return record(mask.masked(reasons.joined(separator: "; ")), lines)
    }

    private func record(_ reason: String, _ lines: [String]) -> FailedInstance {
        FailedInstance(name: instance.name, id: instance.id, reason: reason, lastLines: lines)
    }
}
