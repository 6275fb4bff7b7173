import AdapterKit

/// Why an allocation does not come up, read off what its node tells of it.
struct AllocationTrouble: Sendable, Equatable {
    /// What is wrong.
    enum Cause: String, Sendable {
        case imageMissing, imageDenied, imageUnavailable, cannotStart, setupFailed, invalid, configMissing
        case crashes, outOfMemory, checkFailed, notHealthy, unplaced, lost, notReady
    }

    var cause: Cause
    /// A sentence without a full stop.
    var text: String
    /// Whether waiting can help.
    var isPassing: Bool
    /// What the person can do; a command or a sentence.
    var hint: String?

    /// How often a process may end by itself before it is given up.
    private static let patience = 2

    /// The trouble of `allocation`, if it shows any.
    /// - Parameter task: the task that is the app's own, beside which others may have been put.
    static func of(_ allocation: Allocation, task: String, app: AppName) -> AllocationTrouble? {
        switch allocation.ClientStatus {
        case "lost", "unknown":
            return AllocationTrouble(
                cause: .lost, text: "its node \(allocation.NodeName ?? allocation.NodeID) does not answer any more",
                isPassing: true)
        default: break
        }
        // Another task of the group may be what failed: they live and die together.
        let states = allocation.TaskStates ?? [:]
        let others = states.filter { $0.key != task }.sorted { $0.key < $1.key }.map(\.value)
        for state in [states[task]].compactMap({ $0 }) + others {
            if let trouble = of(state, app) { return trouble }
        }
        if allocation.ClientStatus == "failed" {
            return AllocationTrouble(
                cause: .setupFailed,
                text: "its allocation failed: \(allocation.ClientDescription ?? "nobody says why")", isPassing: false)
        }
        guard allocation.DeploymentStatus?.Healthy == false else { return nil }
        let said = states[task]?.last("Alloc Unhealthy")?.said ?? "it did not become healthy in time"
        return AllocationTrouble(
            cause: .notHealthy, text: "Nomad takes it for unhealthy: \(said)", isPassing: false, hint: "logs \(app)")
    }

    private static func of(_ state: TaskState, _ app: AppName) -> AllocationTrouble? {
        let hasGivenUp = state.State == "dead" && state.Failed == true
        // What runs again has got over what was, unless it keeps ending.
        let runsWell = state.State == "running" && (state.Restarts ?? 0) == 0
        guard !runsWell, let event = state.events.last(where: { telling.contains($0.Type) }) else { return nil }
        switch event.Type {
        case "Driver Failure":
            guard state.State != "running" else { return nil }
            return driverTrouble(event.said, hasGivenUp: hasGivenUp, app)
        case "Terminated": return crash(event, state, hasGivenUp: hasGivenUp, app)
        case "Restart Signaled":
            guard let reason = event.RestartReason ?? event.Details?["restart_reason"], reason.contains("check")
            else { return nil }
            return AllocationTrouble(
                cause: .checkFailed, text: "it was restarted because a check failed: \(reason)",
                isPassing: (state.Restarts ?? 0) < patience, hint: "logs \(app)")
        case "Template":
            guard state.State != "running" else { return nil }
            return AllocationTrouble(
                cause: .configMissing, text: "it waits for its config: \(event.said)", isPassing: !hasGivenUp)
        case "Failed Validation":
            return AllocationTrouble(
                cause: .invalid, text: "its node cannot use the job: \(event.said)", isPassing: false)
        default:
            guard state.State != "running" else { return nil }
            return AllocationTrouble(
                cause: .setupFailed, text: "it cannot be set up: \(event.said)", isPassing: !hasGivenUp)
        }
    }

    /// The types of events that tell what is wrong.
    private static let telling: Set<String> = [
        "Driver Failure", "Terminated", "Restart Signaled", "Template", "Failed Validation", "Setup Failure",
        "Failed Artifact Download", "Task hook failed", "Failed Restoring Task", "Disk Resources Exceeded",
    ]

    // MARK: what the driver says

    private static func driverTrouble(_ message: String, hasGivenUp: Bool, _ app: AppName) -> AllocationTrouble {
        let text = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says("failed to pull", "pull access denied", "image not found", "failed to find docker auth") {
            return imageTrouble(message, hasGivenUp: hasGivenUp, app)
        }
        let isHopeless = says(
            "executable file not found", "no such file or directory", "permission denied", "exec format error",
            "not a directory", "invalid argument")
        return AllocationTrouble(
            cause: .cannotStart, text: "its container cannot be started: \(message)",
            isPassing: !hasGivenUp && !isHopeless,
            hint: isHopeless ? "see that the command exists in the image" : nil)
    }

    private static func imageTrouble(_ message: String, hasGivenUp: Bool, _ app: AppName) -> AllocationTrouble {
        let text = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says(
            "toomanyrequests", "too many requests", "429", "502 ", "503 ", "504 ", "timeout", "connection refused",
            "connection reset", "eof")
        {
            return AllocationTrouble(
                cause: .imageUnavailable, text: "the registry does not answer as it should: \(message)",
                isPassing: !hasGivenUp, hint: "see that the nodes reach the registry")
        }
        if says("not found", "manifest unknown", "no such image", "no such host", "name unknown") {
            return AllocationTrouble(
                cause: .imageMissing, text: "there is no such image: \(message)", isPassing: false,
                hint: "see that the image is pushed, and where to: registry:report \(app)")
        }
        if says("unauthorized", "denied", "authentication required", "forbidden", "no basic auth", "docker auth") {
            return AllocationTrouble(
                cause: .imageDenied, text: "the registry does not let the node pull the image: \(message)",
                isPassing: false, hint: "registry:login \(app) SERVER USER")
        }
        return AllocationTrouble(
            cause: .imageUnavailable, text: "its image cannot be pulled: \(message)", isPassing: !hasGivenUp)
    }

    // MARK: what ended

    private static func crash(_ end: TaskEvent, _ state: TaskState, hasGivenUp: Bool, _ app: AppName)
        -> AllocationTrouble
    {
        let restarts = state.Restarts ?? 0
        let isPassing = !hasGivenUp && restarts < patience
        if end.wasOutOfMemory {
            return AllocationTrouble(
                cause: .outOfMemory, text: "it needs more memory than it may have and was killed (\(times(restarts)))",
                isPassing: isPassing, hint: "resource:limit --memory SIZE --process-type TYPE \(app)")
        }
        return AllocationTrouble(
            cause: .crashes, text: "it ended by itself with \(end.ending) (\(times(restarts)))", isPassing: isPassing,
            hint: "logs \(app)")
    }

    private static func times(_ restarts: Int) -> String {
        restarts == 0 ? "once so far" : "started again \(restarts) \(restarts == 1 ? "time" : "times")"
    }
}

extension TaskState {
    /// The newest event of a type.
    func last(_ type: String) -> TaskEvent? { events.last { $0.Type == type } }
}

extension TaskEvent {
    /// What it says, in Nomad's words.
    var said: String {
        let own = [DriverError, SetupError, ValidationError, DownloadError, DisplayMessage, Message]
        return own.compactMap { $0 }.first { !$0.isEmpty } ?? Type
    }

    /// Whether the process was killed because it had used up its memory.
    var wasOutOfMemory: Bool { Details?["oom_killed"] == "true" }

    /// How a process ended: `code 3`, `signal 9`.
    var ending: String {
        let signal = Signal ?? 0
        return signal > 0 ? "signal \(signal)" : "code \(ExitCode ?? 0)"
    }
}
