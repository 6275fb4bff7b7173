import AdapterKit

/// How a task's container ended.
struct EndedContainer: Sendable, Equatable {
    var status: ExitStatus
    /// Why somebody ended it; `nil` when it ended by itself.
    var reason: String?
    /// Why it could not be started; `nil` when it was.
    var complaint: String?

    private static let killed = ExitStatus(rawValue: 137)

    /// `nil` while it has not ended.
    init?(_ pod: Pod, _ container: String) {
        if let ended = pod.status(of: container)?.state?.terminated {
            status = ExitStatus(rawValue: Int32(truncatingIfNeeded: ended.exitCode))
            if ["ContainerCannotRun", "StartError", "OCIRuntimeError"].contains(ended.reason) {
                complaint = ended.message ?? ended.reason
            }
            if ended.reason == "OOMKilled" { reason = "it needed more memory than it may have" }
        } else if pod.status.phase == "Succeeded" {
            status = .success
        } else if pod.status.phase == "Failed" {
            status = Self.killed
        } else {
            return nil
        }
        if let said = pod.status.reason {
            reason = [said, pod.status.message].compactMap { $0 }.joined(separator: ": ")
        }
    }

    /// A container that the runtime tries to start in vain.
    init?(unstartable pod: Pod, _ container: String) {
        let waiting = pod.status(of: container)?.state?.waiting
        guard let reason = waiting?.reason,
            ["CreateContainerError", "RunContainerError", "StartError"].contains(reason)
        else { return nil }
        status = ExitStatus(rawValue: 125)
        complaint = waiting?.message ?? reason
    }

    /// One whose pod is gone.
    static let gone = EndedContainer(status: killed, reason: "its pod was removed")

    private init(status: ExitStatus, reason: String?) {
        self.status = status
        self.reason = reason
    }

    /// Whether the shell that was to wait is not there.
    var lacksShell: Bool {
        complaint.map { $0.contains("/bin/sh") && RuntimeComplaint.status($0) == ExitStatus(rawValue: 127) } ?? false
    }

    /// The status that a shell would give for a command that cannot be run, which the person is told of; `nil` for one
    /// that was run.
    func unrunnable(_ pod: TaskPod, _ console: any Console) async -> ExitStatus? {
        guard let complaint else { return nil }
        await console.report(.warning("\(pod.name) could not be started: \(complaint)"))
        return RuntimeComplaint.status(complaint) ?? status
    }
}

extension Pod {
    func status(of container: String) -> ContainerStatus? {
        status.containerStatuses?.first { $0.name == container }
    }
}

extension PodBoard.Pods {
    /// How `container` of the pod ended; `nil` while it has not.
    func ended(_ id: String, _ container: String) -> EndedContainer? {
        guard let pod = byID[id] else { return .gone }
        return EndedContainer(pod, container)
    }
}
