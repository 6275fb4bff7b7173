import AdapterKit

extension Suite {
    private static func over(
        _ id: String, _ promise: String, _ level: ConformanceCase.Level = .standard,
        needs: Set<ConformanceCase.Need> = [.storage, .workloads],
        _ check: @escaping @Sendable (Stage, AppName, StorageEntry) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("storage." + id, promise, level, needs: needs) { stage in
            let entry = StorageEntry(
                name: "kit-\(stage.runID)-data", size: "16Mi", storageClass: stage.backend.storageClass)
            try await check(stage, stage.app(), entry)
        }
    }

    /// What instances keep beyond their own lives.
    static let storage: [ConformanceCase] = [
        over("exec-sees-it", "A command with an entry in sight sees what the app's instances wrote there.", .core) {
            stage, app, entry in
            var release = try stage.release(app, mounts: [try mount(entry, at: "/kept")])
            release.processes[0].command = StartCommand(
                procfile: ["sh", "-c", "kit keep /kept/mark 'from the app'; kit serve"])
            try await stage.deploy(release)
            try await stage.eventually("what the app wrote") {
                try await stage.execute(["kit", "kept", "/data/mark"], entry).output == "from the app\n"
            }
        },
        over("survives-a-redeploy", "What was stored is there after the next deploy.", .core) { stage, app, entry in
            let mounts = [try mount(entry, at: "/kept")]
            try await stage.deploy(stage.release(app, mounts: mounts))
            _ = try await stage.execute(["kit", "keep", "/data/mark", "kept"], entry)
            try await stage.deploy(stage.release(app, image: stage.backend.images.second, mounts: mounts))
            try expect(
                try await stage.execute(["kit", "kept", "/data/mark"], entry).output, is: "kept\n", "what was stored")
        },
        over("survives-a-failed-deploy", "What was stored is there after a deploy that failed.") {
            stage, app, entry in
            let mounts = [try mount(entry, at: "/kept")]
            try await stage.deploy(stage.release(app, mounts: mounts))
            _ = try await stage.execute(["kit", "keep", "/data/mark", "kept"], entry)
            _ = try await stage.failure(of: stage.release(app, ["web": Part(1, "exit", "1")], mounts: mounts))
            try expect(
                try await stage.execute(["kit", "kept", "/data/mark"], entry).output, is: "kept\n", "what was stored")
        },
        over("exit-status", "A command with an entry in sight gives back its own exit status.") { stage, app, entry in
            try await stage.deploy(stage.release(app, mounts: [try mount(entry, at: "/kept")]))
            try expect(try await stage.execute(["kit", "exit", "7"], entry).status.rawValue, is: 7, "the exit status")
        },
        over("exec-leaves-nothing", "A command with an entry in sight leaves nothing that runs.") {
            stage, app, entry in
            try await stage.deploy(stage.release(app, mounts: [try mount(entry, at: "/kept")]))
            _ = try await stage.execute(["kit", "exit", "0"], entry)
            let running = try await stage.backend.objects { $0.filter { $0.isRunning != nil }.count == 1 }
            try expect(running.filter { $0.isRunning != nil }.count, is: 1, "instances, the app's own included")
        },
        over("destroy", "A destroyed entry is gone with what was stored; destroying it again is fine.") {
            stage, app, entry in
            let release = try stage.release(app, mounts: [try mount(entry, at: "/kept")])
            try await stage.deploy(release)
            _ = try await stage.execute(["kit", "keep", "/data/mark", "kept"], entry)
            try await stage.remove(app)
            for _ in 1...2 { try await stage.destroy(entry) }
            try await stage.deploy(release)
            let output = try await stage.execute(["kit", "kept", "/data/mark"], entry).output
            try expect(output.contains("kept\n"), is: false, "whether the next entry of that name has what was stored")
        },
        over("tasks-see-it", "A one-off task sees an entry that is mounted for it.", needs: [.storage, .run]) {
            stage, app, entry in
            let mounts = [try mount(entry, at: "/kept")]
            try await stage.deploy(stage.release(app, mounts: mounts))
            _ = try await stage.execute(["kit", "keep", "/data/mark", "kept"], entry)
            let console = RecordingConsole()
            _ = try await stage.run(
                stage.task(app, ["kit", "kept", "/kept/mark"]) { $0.mounts = mounts }, console: console)
            try expect(console.output, is: "kept\n", "what the task sees")
        },
    ]

    private static func mount(_ entry: StorageEntry, at target: String) throws -> Mount {
        try Mount("\(entry.name):\(target)", entry: entry)
    }
}

extension Stage {
    fileprivate func destroy(_ entry: StorageEntry) async throws {
        let console = RecordingConsole()
        defer { saw(console) }
        try await role((any StorageExecuting).self).destroy(entry, console: console)
    }

    /// Runs a command with `entry` at `/data`.
    fileprivate func execute(_ words: [String], _ entry: StorageEntry) async throws -> (
        status: ExitStatus, output: String
    ) {
        let console = RecordingConsole()
        defer { saw(console) }
        let task = StorageTask(
            entry: entry, image: backend.images.good, command: words, hasTerminal: false, number: taskNumber())
        let status = try await role((any StorageExecuting).self).execute(task, console: console)
        return (status, console.output)
    }
}
