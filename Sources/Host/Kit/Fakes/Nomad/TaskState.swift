import JSONDocument

/// How a task of an allocation is.
struct TaskState: Sendable {
    var state = "pending"
    var isFailed = false
    var restarts = 0
    var lastRestart: Int?
    var startedAt: Int?
    var finishedAt: Int?
    /// The newest ten, as Nomad keeps them.
    private(set) var events: [JSONValue] = []

    mutating func add(_ event: JSONValue) {
        events = (events + [event]).suffix(10)
    }

    var json: JSONValue {
        func time(_ time: Int?) -> JSONValue { time.map(NomadCluster.time) ?? .null }
        return [
            "State": .string(state), "Failed": .bool(isFailed), "Restarts": .integer(restarts),
            "LastRestart": time(lastRestart), "StartedAt": time(startedAt), "FinishedAt": time(finishedAt),
            "TaskHandle": .null, "Events": .array(events),
        ]
    }
}

/// What happens to a task, as its list of events tells it.
struct TaskEvent: Sendable {
    var type: String
    var display: String
    var details: [String: String] = [:]
    var fields: [String: JSONValue] = [:]

    func json(at time: Int) -> JSONValue {
        var event: [String: JSONValue] = [
            "Type": .string(type), "Time": .integer(time), "DisplayMessage": .string(display),
            "Details": .object(details.mapValues { .string($0) }), "DiskLimit": 0, "DownloadError": "",
            "DriverError": "", "DriverMessage": "", "ExitCode": 0, "FailedSibling": "", "FailsTask": false,
            "GenericSource": "", "KillError": "", "KillReason": "", "KillTimeout": 0, "Message": "",
            "RestartReason": "", "SetupError": "", "Signal": 0, "StartDelay": 0, "TaskSignal": "",
            "TaskSignalReason": "", "ValidationError": "", "VaultError": "",
        ]
        event.merge(fields) { $1 }
        return .object(event)
    }

    static let received = TaskEvent(type: "Received", display: "Task received by client")
    static let setup = message("Task Setup", "Building Task Directory")
    static let started = TaskEvent(type: "Started", display: "Task started by client")
    static let killed = TaskEvent(type: "Killed", display: "Task successfully killed")
    static let restartAsked = TaskEvent(
        type: "Restart Signaled", display: "User requested restart",
        details: ["restart_reason": "User requested restart"], fields: ["RestartReason": "User requested restart"])

    static func message(_ type: String, _ text: String) -> TaskEvent {
        TaskEvent(type: type, display: text, details: ["message": text], fields: ["Message": .string(text)])
    }

    static func downloading(_ image: String) -> TaskEvent {
        TaskEvent(
            type: "Driver", display: "Downloading image", details: ["image": image],
            fields: ["DriverMessage": "Downloading image"])
    }

    static func driverFailure(_ text: String) -> TaskEvent {
        TaskEvent(
            type: "Driver Failure", display: text, details: ["driver_error": text],
            fields: ["DriverError": .string(text)])
    }

    static func unhealthy(_ check: String) -> TaskEvent {
        let reason = "healthcheck: check \"\(check)\" unhealthy"
        return TaskEvent(
            type: "Restart Signaled", display: reason, details: ["restart_reason": reason],
            fields: ["RestartReason": .string(reason)])
    }

    static func terminated(_ status: Int32, signal: Int = 0) -> TaskEvent {
        var details = ["exit_code": "\(status)", "signal": "\(signal)", "oom_killed": "false"]
        var display = "Exit Code: \(status)"
        var fields: [String: JSONValue] = ["ExitCode": .integer(Int(status))]
        if status != 0 {
            let message = "Docker container exited with non-zero exit code: \(status)"
            details["exit_message"] = message
            display += ", Exit Message: \"\(message)\""
            fields["Message"] = .string(message)
        }
        return TaskEvent(type: "Terminated", display: display, details: details, fields: fields)
    }

    static func restarting(_ delay: Int, _ reason: String) -> TaskEvent {
        TaskEvent(
            type: "Restarting", display: "Task restarting in " + GoDuration.text(nanoseconds: delay),
            details: ["restart_reason": reason, "start_delay": "\(delay)"],
            fields: ["RestartReason": .string(reason), "StartDelay": .integer(delay)])
    }

    static func notRestarting(_ reason: String) -> TaskEvent {
        TaskEvent(
            type: "Not Restarting", display: reason, details: ["restart_reason": reason, "fails_task": "true"],
            fields: ["RestartReason": .string(reason), "FailsTask": true])
    }

    static func killing(_ timeout: Int) -> TaskEvent {
        let time = GoDuration.text(nanoseconds: timeout)
        return TaskEvent(
            type: "Killing", display: "Sent interrupt. Waiting \(time) before force killing",
            details: ["kill_timeout": time], fields: ["KillTimeout": .integer(timeout)])
    }

    static func siblingFailed(_ name: String) -> TaskEvent {
        TaskEvent(
            type: "Sibling Task Failed", display: "Task's sibling \"\(name)\" failed",
            details: ["failed_sibling": name], fields: ["FailedSibling": .string(name)])
    }

    static func signaling(_ signal: String) -> TaskEvent {
        TaskEvent(
            type: "Signaling", display: "Task being sent a signal", details: ["signal": signal],
            fields: ["TaskSignal": .string(signal)])
    }
}
