import APIClient
import AdapterKit

/// What a failed rollout leaves to tell: the cause, and the evidence for it.
struct Diagnosis: Sendable {
    let server: NomadServer
    let app: AppName
    /// Takes the app's own secrets out of what it wrote.
    let mask: SecretMask
    let clock: any Clock<Duration>

    /// How many instances are looked at more closely.
    private static let instances = 3
    private static let lines = 20
    /// What happens to every task, and what only repeats the cause.
    private static let noise: Set<String> = [
        "Received", "Task Setup", "Building Task Directory", "Started", "Running", "Downloading Artifacts", "Killing",
        "Killed", "Restarting", "Driver", "Terminated", "Waiting for shutdown delay", "Plugin became healthy",
        "Reconnected",
    ]

    func error(_ failure: RolloutFailure) async -> AdapterError {
        let type = failure.group.process
        var text = failure.trouble.text
        var details: [String] = []
        var instances: [FailedInstance] = []
        for (position, allocation) in failure.allocations.prefix(Self.instances).enumerated() {
            if position == 0, failure.trouble.cause == .notHealthy,
                let check = await failedCheck(allocation, failure.group)
            {
                text = check
            }
            let name = InstanceName(type, (allocation.index ?? position) + 1)
            let lines = await LogTail(server: server, clock: clock).lines(allocation.ID, failure.group.task, Self.lines)
            instances.append(
                FailedInstance(
                    name: name, id: allocation.ID, reason: mask.masked(text), lastLines: lines.map(mask.masked)))
            for line in evidence(allocation, besides: text).map(mask.masked) where !details.contains(line) {
                details.append(line)
            }
        }
        if failure.allocations.count > Self.instances {
            details.append("\(failure.allocations.count - Self.instances) more instances of \(type) fare alike")
        }
        if let verdict = failure.verdict { details.append("Nomad said: \(verdict)") }
        return AdapterError(
            failure.trouble.code, "\(type) of \(app) did not come up: \(mask.masked(text))", details: details,
            hint: failure.trouble.hint, failedInstances: instances)
    }

    /// The check that keeps an allocation from being healthy, in our words; `nil` where there is none.
    private func failedCheck(_ allocation: Allocation, _ group: RolloutState.Group) async -> String? {
        guard !group.checkNames.isEmpty else { return nil }
        let results = (try? await server.send(NomadCalls.checks(of: allocation.ID))) ?? [:]
        let failed = results.values.filter { $0.Status != "success" }.sorted { ($0.Check ?? "") < ($1.Check ?? "") }
        guard let first = failed.first else {
            // Whoever keeps the services knows which; we may not ask.
            return results.isEmpty
                ? "its checks did not succeed: "
                    + group.checkNames.sorted { $0.key < $1.key }.map(\.value)
                    .joined(separator: ", ") : nil
        }
        let name = first.Check ?? first.Service ?? ""
        var words = "check \(group.checkNames[name] ?? "'\(name)'") failed"
        if let status = first.StatusCode, status != 0 { words += ": it was answered with \(status)" }
        let output = (first.Output ?? "").split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
        if !output.isEmpty { words += ": \(output)" }
        return words
    }

    /// What else its node tells of it.
    private func evidence(_ allocation: Allocation, besides text: String) -> [String] {
        let states = (allocation.TaskStates ?? [:]).sorted { $0.key < $1.key }
        let events = states.flatMap(\.value.events).sorted { $0.Time < $1.Time }
        return events.filter { !Self.noise.contains($0.Type) && !text.contains($0.said) }.suffix(3).map {
            "\($0.Type): \($0.said)"
        }
    }
}

extension AllocationTrouble {
    /// What kind of error it is for the host.
    var code: AdapterError.Code {
        switch cause {
        case .imageMissing, .imageDenied, .imageUnavailable: .imageUnavailable
        case .invalid: .invalidInput
        default: .rolloutFailed
        }
    }
}
