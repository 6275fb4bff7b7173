import APIClient
import AdapterKit

/// What a failed rollout leaves to tell: the cause, and the evidence for it.
struct Diagnosis: Sendable {
    let cluster: Cluster
    let app: AppName
    /// Takes the app's own secrets out of what it wrote.
    let mask: SecretMask
    let clock: any Clock<Duration>

    /// How many instances are looked at more closely.
    private static let instances = 3
    private static let lines = 20
    /// What clusters warn of all the time, and what only repeats the cause.
    private static let noise: Set<String> = ["BackOff", "MissingClusterDNS", "DNSConfigForming", "FailedPreStopHook"]

    func error(_ failure: RolloutWatch.Failed) async -> AdapterError {
        let type = failure.workload.process
        var failed = failure
        failed.trouble.text = await checkSentence(failure) ?? failure.trouble.text
        var details: [String] = []
        var instances: [FailedInstance] = []
        for (index, pod) in failed.pods.prefix(Self.instances).enumerated() {
            let name = InstanceName(type, index + 1)
            let lines = await lastLines(pod, failed.workload.container)
            instances.append(
                FailedInstance(name: name, id: pod.metadata.name, reason: failed.trouble.text, lastLines: lines))
            for line in await evidence(pod).map(mask.masked) where !details.contains(line) { details.append(line) }
        }
        if failed.pods.count > Self.instances {
            details.append("\(failed.pods.count - Self.instances) more instances of \(type) fare alike")
        }
        let code: AdapterError.Code =
            switch failed.trouble.cause {
            case .imageMissing, .imageDenied, .imageName, .imageUnavailable: .imageUnavailable
            case .refused: .denied
            default: .rolloutFailed
            }
        return AdapterError(
            code, "\(type) of \(app) did not come up: \(failed.trouble.text)", details: details,
            hint: failed.trouble.hint?.split(separator: " ").map { $0 == "APP" ? app.description : String($0) }
                .joined(separator: " "),
            failedInstances: instances)
    }

    /// Which check it was, and what came of it; `nil` where it was none that became a probe.
    private func checkSentence(_ failed: RolloutWatch.Failed) async -> String? {
        let probe: String
        switch failed.trouble.cause {
        case .checkFailed: probe = "startupProbe"
        case .notReady: probe = "readinessProbe"
        default: return nil
        }
        guard let name = failed.workload.checkNames[probe], !failed.trouble.text.hasPrefix("check '"),
            let pod = failed.pods.first
        else { return nil }
        var words = "check \(name) failed"
        if let answer = await lastAnswer(pod) { words += ": " + mask.masked(answer) }
        let command = failed.workload.startupCommand
        if probe == "startupProbe", !command.isEmpty, let status = await status(of: command, in: pod, failed.workload) {
            words += ", its command exited with code \(status)"
        }
        return words
    }

    /// What the node last said of a check.
    private func lastAnswer(_ pod: Pod) async -> String? {
        let said = await events(pod).last { $0.reason == "Unhealthy" }?.message ?? ""
        let answer = said.split(separator: " probe failed: ", maxSplits: 1).dropFirst().first.map(String.init)
        return answer.flatMap { $0.isEmpty ? nil : ServerWords.unwrapped($0) }
    }

    /// A node does not tell the status of a check's command, so it is run once more where there is still something
    /// to run it in.
    private func status(of command: [String], in pod: Pod, _ workload: Workload) async -> Int32? {
        let session = ExecSession(
            cluster: cluster, pod: pod.metadata.name, container: pod.ownContainer(workload.container))
        // It is started again all the time.
        for _ in 0..<8 {
            if let status = try? await session.run(command, hasTerminal: false, console: CollectingConsole()) {
                return status == .success ? nil : status.rawValue
            }
            try? await clock.sleep(for: .seconds(1))
        }
        return nil
    }

    /// What it wrote last: of the run that has ended, where it has only just been started again.
    private func lastLines(_ pod: Pod, _ container: String) async -> [String] {
        guard let status = pod.ownStatus else { return [] }
        let tail = LogTail(cluster: cluster)
        let isRunningAgain = status.state?.running != nil && status.restartCount > 0
        for previous in [isRunningAgain, !isRunningAgain] where !previous || status.restartCount > 0 {
            let lines = try? await tail.lines(pod.metadata.name, container, Self.lines, previous: previous)
            if let lines, !lines.isEmpty { return lines.map(mask.masked) }
        }
        return []
    }

    /// The warnings that the cluster has about the pod.
    private func evidence(_ pod: Pod) async -> [String] {
        await events(pod).filter { $0.type == "Warning" && !Self.noise.contains($0.reason ?? "") }.suffix(3)
            .map { event in
                let count = event.count.map { $0 > 1 ? " (\($0) times)" : "" } ?? ""
                return "\(event.reason ?? "Warning"): \(ServerWords.unwrapped(event.message ?? ""))\(count)"
            }
    }

    private func events(_ pod: Pod) async -> [ClusterEvent] {
        guard let uid = pod.metadata.uid else { return [] }
        return (try? await cluster.send(KubernetesCalls.events(about: uid, in: cluster.namespace)).items) ?? []
    }
}
