import AdapterKit

/// How a task that runs once ended.
struct EndedTask: Sendable, Equatable {
    var status: ExitStatus
    /// Why somebody ended it; `nil` when it ended by itself.
    var reason: String?
    /// Why it could not be started; `nil` when it was.
    var complaint: String?

    private static let killed = ExitStatus(rawValue: 137)

    /// `nil` while it has not ended.
    init?(_ allocation: Allocation, _ task: String) {
        guard let state = allocation.TaskStates?[task], state.State == "dead" else {
            guard allocation.hasEnded else { return nil }
            status = Self.killed
            reason = allocation.ClientDescription ?? "its allocation is \(allocation.ClientStatus)"
            return
        }
        if let end = state.lastEnd {
            let signal = end.Signal ?? 0
            status = ExitStatus(
                rawValue: signal > 0 ? 128 + Int32(signal) : Int32(truncatingIfNeeded: end.ExitCode ?? 0))
            if end.wasOutOfMemory { reason = "it needed more memory than it may have" }
            if state.last("Killing") != nil { reason = allocation.DesiredDescription ?? "somebody stopped it" }
        } else if let failure = state.last("Driver Failure") {
            complaint = failure.said
            status = RuntimeComplaint.status(failure.said) ?? ExitStatus(rawValue: 125)
        } else {
            status = Self.killed
            reason = state.events.last?.said
        }
    }

    /// One that the servers have forgotten.
    static let gone = EndedTask(status: killed, reason: "its job was purged")

    private init(status: ExitStatus, reason: String?) {
        self.status = status
        self.reason = reason
    }

    /// Whether the shell that was to hold the place is not there.
    var lacksShell: Bool {
        complaint.map { $0.contains("/bin/sh") && RuntimeComplaint.status($0) == ExitStatus(rawValue: 127) } ?? false
    }
}

extension AllocationTrouble {
    /// Whether it is what the command itself made of it: that is a result, not an error of ours.
    var isOfTheCommand: Bool { [.crashes, .outOfMemory, .cannotStart].contains(cause) }
}
