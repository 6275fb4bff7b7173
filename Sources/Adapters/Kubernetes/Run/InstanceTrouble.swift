import AdapterKit

/// Why an instance does not come up, read off its pod.
struct InstanceTrouble: Sendable, Equatable {
    /// What is wrong.
    enum Cause: String, Sendable {
        case imageMissing, imageDenied, imageUnavailable, imageName, configMissing, cannotStart
        case crashes, outOfMemory, checkFailed, notReady, unschedulable, evicted, refused
    }

    var cause: Cause
    /// A sentence without a full stop.
    var text: String
    /// Whether waiting can help.
    var isPassing: Bool
    /// What the person can do; a command or a sentence.
    var hint: String?

    /// How often a process may end by itself before it is given up; one that a startup probe ended is given up at once.
    private static let patience = 2

    /// The trouble of `pod`, if it shows any.
    /// - Parameters:
    ///   - hasStartupProbe: whether the container is ended when it does not start as it should.
    ///   - pullMessage: why its image could not be pulled, as far as that is known.
    static func of(_ pod: Pod, app: AppName, hasStartupProbe: Bool, pullMessage: String? = nil) -> InstanceTrouble? {
        if pod.status.phase == "Failed" {
            let reason = [pod.status.reason, pod.status.message].compactMap { $0 }.joined(separator: ": ")
            return InstanceTrouble(
                cause: .evicted, text: "its pod failed" + (reason.isEmpty ? "" : " (\(reason))"), isPassing: true)
        }
        if let status = pod.ownStatus {
            if let waiting = status.state?.waiting, let reason = waiting.reason,
                let trouble = waitingTrouble(
                    reason,
                    ServerWords.unwrapped(
                        reason == "ImagePullBackOff" ? pullMessage ?? waiting.message ?? "" : waiting.message ?? ""),
                    status, app)
            {
                return trouble
            }
            let ended = status.state?.terminated ?? status.lastState?.terminated
            if let ended, status.restartCount > 0 || status.state?.terminated != nil {
                return crash(ended, status.restartCount, app, hasStartupProbe: hasStartupProbe)
            }
        }
        if let scheduled = pod.condition("PodScheduled"), scheduled.status == "False" {
            return InstanceTrouble(
                cause: .unschedulable, text: "no node takes it: \(scheduled.message ?? "Unschedulable")",
                isPassing: true, hint: "give it less with resource:reserve, or the cluster more nodes")
        }
        return nil
    }

    private static func waitingTrouble(
        _ reason: String, _ message: String, _ status: Pod.ContainerStatus, _ app: AppName
    ) -> InstanceTrouble? {
        switch reason {
        case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError":
            return imageTrouble(message, status.imageID ?? "", app)
        case "InvalidImageName":
            return InstanceTrouble(cause: .imageName, text: "the image's name is none: \(message)", isPassing: false)
        case "ErrImageNeverPull":
            return InstanceTrouble(
                cause: .imageMissing, text: "the node has no such image and shall not pull it: \(message)",
                isPassing: false, hint: "scheduler-kubernetes:set \(app) image-pull-policy IfNotPresent")
        case "CreateContainerConfigError":
            return InstanceTrouble(
                cause: .configMissing, text: "its container cannot be made: \(message)",
                // A node that has not heard of the Secret yet.
                isPassing: message.contains("failed to sync"))
        case "CreateContainerError", "RunContainerError", "PreCreateHookError", "PostStartHookError", "StartError":
            return InstanceTrouble(
                cause: .cannotStart, text: "its container cannot be started: \(message)", isPassing: false,
                hint: "see that the command exists in the image")
        default: return nil
        }
    }

    private static func imageTrouble(_ message: String, _ image: String, _ app: AppName) -> InstanceTrouble {
        let text = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says(
            "toomanyrequests", "too many requests", "429", "500 internal", "502 ", "503 ", "504 ", "timeout",
            "connection refused", "connection reset", "eof")
        {
            return InstanceTrouble(
                cause: .imageUnavailable, text: "the registry does not answer as it should: \(message)", isPassing: true
            )
        }
        if says("unauthorized", "denied", "authentication required", "forbidden", "no basic auth") {
            return InstanceTrouble(
                cause: .imageDenied, text: "the registry does not let the cluster pull the image: \(message)",
                isPassing: text.contains("back-off"), hint: "registry:login \(app) SERVER USER")
        }
        if says("not found", "manifest unknown", "does not exist", "no such image", "no such host", "name unknown") {
            return InstanceTrouble(
                cause: .imageMissing, text: "there is no such image: \(message)", isPassing: false,
                hint: "see that the image is pushed, and where to: registry:report \(app)")
        }
        // A back-off tells nothing but that it was tried.
        return InstanceTrouble(
            cause: .imageUnavailable, text: "its image cannot be pulled: \(message)", isPassing: true)
    }

    private static func crash(
        _ ended: Pod.ContainerState.Terminated, _ restarts: Int, _ app: AppName, hasStartupProbe: Bool
    ) -> InstanceTrouble {
        if ["ContainerCannotRun", "StartError", "OCIRuntimeError"].contains(ended.reason) {
            return InstanceTrouble(
                cause: .cannotStart,
                text: "its container cannot be started: \(ServerWords.unwrapped(ended.message ?? ""))",
                isPassing: false,
                hint: "see that the command exists in the image")
        }
        if ended.reason == "OOMKilled" {
            return InstanceTrouble(
                cause: .outOfMemory, text: "it needs more memory than it may have and was killed (\(times(restarts)))",
                isPassing: restarts < patience, hint: "resource:limit --memory SIZE --process-type TYPE \(app)")
        }
        if hasStartupProbe, restarts > 0 {
            return InstanceTrouble(
                cause: .checkFailed, text: "its startup check failed, or it ended by itself (\(code(ended)))",
                isPassing: false, hint: "logs \(app)")
        }
        return InstanceTrouble(
            cause: .crashes, text: "it ended by itself with \(code(ended)) (\(times(restarts)))",
            isPassing: restarts < patience, hint: "logs \(app)")
    }

    private static func code(_ ended: Pod.ContainerState.Terminated) -> String {
        if let signal = ended.signal, signal > 0 { return "signal \(signal)" }
        return "code \(ended.exitCode)"
    }

    private static func times(_ restarts: Int) -> String {
        restarts == 0 ? "once so far" : "started again \(restarts) \(restarts == 1 ? "time" : "times")"
    }
}
