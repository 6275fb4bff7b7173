import AdapterKit

extension Stage {
    /// Starts a detached task that goes on.
    /// - Returns: the name it told.
    package func detached(
        _ app: AppName, _ words: [String] = ["kit", "sleep", "100000"], adjust: (inout OneOffTask) -> Void = { _ in }
    ) async throws -> String {
        let console = RecordingConsole()
        let task = try task(app, words) { task in
            task.isDetached = true
            adjust(&task)
        }
        let status = try await run(task, console: console)
        try expect(status, is: .success, "the exit status")
        return console.output.trimmed
    }

    package func tasks(_ app: AppName) async throws -> [TaskRecord] {
        try await role((any TaskRunning).self).tasks(of: known(app))
    }

    package func stopTasks(_ app: AppName, _ name: String?) async throws -> [String] {
        try await role((any TaskRunning).self).stopTasks(of: known(app), named: name, console: RecordingConsole())
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
