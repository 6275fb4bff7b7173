import JSONDocument
import Traffic

/// Questions about allocations, and what is asked of the client that runs them.
extension NomadCluster {
    func allocation(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        try checkID(rest[0], "alloc")
        let found = allocations[rest[0]]
        switch rest.dropFirst().first {
        case nil:
            try permit(request, .read, in: found?.key.namespace)
            guard let found else { return .missing("alloc not found", index(of: .allocations)) }
            return .read(found.json, found.modifyIndex)
        case "stop":
            try checkMethod(request, "PUT", "POST")
            try permit(request, .lifecycle, in: found?.key.namespace)
            guard let found, let job = jobs[found.key] else { throw NomadTrouble(404, "alloc not found") }
            let index = bump(.allocations, .evaluations)
            allocations[found.id]?.isMigrating = true
            allocations[found.id]?.modifyIndex = index
            let evaluation = schedule(job, "alloc-stop", index)
            return .written(["EvalID": .string(evaluation), "Index": .integer(index)], index)
        case "services" where isAtLeast(1, 3): return .read([], index(of: .allocations))
        default: throw NomadTrouble(404, "")
        }
    }

    func client(_ request: ServedRequest, _ id: String, _ verb: String) throws -> NomadReply {
        let found = try clientAllocation(id)
        switch verb {
        case "stats":
            try permit(request, .read, in: found.key.namespace)
            return .plain(usage(found))
        case "restart":
            try permit(request, .lifecycle, in: found.key.namespace)
            let task = (try? body(request))?.string("TaskName") ?? ""
            for name in try running(found, task) { tell(found.id, name, .restart) }
            return .plain(["Index": 0])
        case "signal":
            try permit(request, .lifecycle, in: found.key.namespace)
            let given = try body(request)
            let signal = given.string("Signal").isEmpty ? "SIGINT" : given.string("Signal")
            for name in try running(found, given.string("Task")) {
                record(found.id, name, .signaling(signal))
                if let number = Self.deadly[signal] { tell(found.id, name, .signal(number)) }
            }
            return .plain(["Index": 0])
        case "checks" where isAtLeast(1, 4):
            try permit(request, .read, in: found.key.namespace)
            return checks(found)
        case "gc": return .plain(["Index": 0])
        default: throw NomadTrouble(404, "")
        }
    }

    /// The signals that end a program which has not prepared for them.
    private static let deadly: [String: Int32] = [
        "SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGKILL": 9, "SIGTERM": 15,
    ]

    /// What a client knows an id as.
    func clientAllocation(_ id: String) throws -> Allocation {
        guard id.utf8.count == 36 else {
            throw NomadTrouble(500, "alloc lookup failed: index error: UUID must be 36 characters")
        }
        guard let found = allocations[id] else { throw NomadTrouble(404, "Unknown allocation \"\(id)\"") }
        return found
    }

    private func running(_ allocation: Allocation, _ task: String) throws -> [String] {
        let names = allocation.tasks.map { $0.string("Name") }.filter { task.isEmpty || $0 == task }
        guard !names.isEmpty else { throw NomadTrouble(500, "Could not find task runner for task: \(task)") }
        let running = names.filter { allocation.states[$0]?.state == "running" }
        guard !running.isEmpty else { throw NomadTrouble(500, "Task not running") }
        return running
    }

    private func usage(_ allocation: Allocation) -> JSONValue {
        func usage(_ devices: JSONValue) -> JSONValue {
            [
                "CpuStats": [
                    "Measured": ["Throttled Periods", "Throttled Time", "Percent"], "Percent": .number(0.5),
                    "SystemMode": 0, "ThrottledPeriods": 0, "ThrottledTime": 0, "TotalTicks": .number(12.5),
                    "UserMode": 0,
                ], "DeviceStats": devices,
                "MemoryStats": [
                    "Cache": 4_096, "KernelMaxUsage": 0, "KernelUsage": 0, "MaxUsage": 4_407_296,
                    "Measured": ["RSS", "Cache", "Swap", "Usage", "Max Usage"], "RSS": 49_152, "Swap": 0,
                    "Usage": 348_160,
                ],
            ]
        }
        let time = JSONValue.integer(now)
        var tasks: [String: JSONValue] = [:]
        for (name, state) in allocation.states where state.state == "running" {
            tasks[name] = ["Pids": .null, "ResourceUsage": usage(.null), "Timestamp": time]
        }
        return ["ResourceUsage": usage([]), "Tasks": .object(tasks), "Timestamp": time]
    }
}
