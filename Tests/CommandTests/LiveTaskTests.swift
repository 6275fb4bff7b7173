import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: LiveEngine.isAvailable, "no Docker Engine"))
struct LiveTaskTests {
    @Test func tasksHaveTheirOwnExitCodeStreamsAndConfig() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            for code in [0, 3, 9, 137] {
                let result = try await app.run("run", app.name, "sh", "-c", "echo out; echo err >&2; exit \(code)")
                #expect(result.status == Int32(code) && result.output == "out\n" && result.error == "err\n")
            }
            let result = try await app.run(
                "run", "-e", "X=$(id) y", app.name, "sh", "-c", "echo \"$X|$GREETING|$DYNO\"")
            #expect(result.output.hasPrefix("$(id) y|hello canary-s3cret|run."))
            let missing = try await app.run("run", app.name, "nosuchprogram")
            #expect(missing.status == 127 && missing.error.contains("nosuchprogram"))
            #expect(try await app.containers().count == 1, "no task stays")
        }
    }

    @Test func releaseTasksRunAroundADeploy() async throws {
        let scripts = #"{"scripts": {"dokku": {"predeploy": "echo before $GREETING", "postdeploy": "echo after"}}}"#
        try await LiveApp.with(appJSON: scripts, scale: "web=1", "worker=0") { app in
            try app.binary.project.write("web: httpd -f -p $PORT -h /www\nrelease: exit 3\n", to: "Procfile")
            let stopped = try await app.deploy()
            #expect(stopped.status == 1 && stopped.output.contains("before hello canary-s3cret\n"))
            #expect(stopped.error.contains("the release task of \(app.name) ended with exit status 3"))
            #expect(try await app.containers().isEmpty)
            try app.binary.project.write("web: httpd -f -p $PORT -h /www\n", to: "Procfile")
            let done = try await app.deploy()
            #expect(done.status == 0 && done.output.contains("\nafter\n"), "\(done.output)\(done.error)")
            #expect(try await app.containers().count == 1)
        }
    }

    @Test func standardInputArrivesWholeAndToItsEnd() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let blob = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8)) }
            let count = try await app.binary.run(["run", app.name, "wc", "-c"], input: blob)
            #expect(count.output.contains("\(blob.count)"))
            let text = String(repeating: "0123456789abcdef\n", count: 200_000)
            let echo = try await app.run("run", app.name, "cat", input: text)
            #expect(echo.output == text)
        }
    }

    @Test func aTaskRunsExactlyOnce() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            let storage = try Scratch()
            try await app.run("storage:mount", app.name, "\(storage.path):/storage")
            try await app.deployed()
            try await app.run("run", app.name, "sh", "-c", "echo run >>/storage/count")
            #expect(storage.read("count") == "run\n")
        }
    }

    @Test func aProcfileTypeStandsForItsCommand() async throws {
        try await LiveApp.with(
            procfile: "web: httpd -f -p $PORT -h /www\nhello: echo hello from", scale: "web=1", "hello=0"
        ) { app in
            try await app.deployed()
            let result = try await app.run("run", app.name, "hello", "world")
            #expect(result.output == "hello from world\n")
            #expect(result.error == "-----> Found 'hello' in Procfile, running that command\n")
        }
    }

    @Test func whoeverIsToldToStopTakesTheTaskAlong() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let start = ContinuousClock.now
            let result = try await app.run("run", app.name, "sleep", "1000") { program in
                try await app.eventually("the task runs") { try await app.running().count == 2 }
                program.kill(SIGTERM)
            }
            #expect(result.status == 143)
            #expect(ContinuousClock.now - start < .seconds(8), "the task is told so, not waited for")
            try await app.eventually("the task is gone") { try await app.containers().count == 1 }
        }
    }

    @Test func detachedTasksAreListedReadStoppedAndRetired() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("ps:set", app.name, "stop-timeout-seconds", "1")
            try await app.deployed()
            let name = try #require(
                try await app.run("run:detached", app.name, "sh", "-c", "echo hi; sleep 1000").lines.first)
            #expect(name.hasPrefix("\(app.name).run."))
            #expect(try await app.run("run:list", app.name).output.contains(name))
            #expect(try await app.run("--quiet", "run:list", app.name).lines.count == 1)
            let json = try await app.run("run:list", app.name, "--format", "json").output
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: String]])
            #expect(rows.first?["name"] == name && rows.first?["state"] == "running")
            try await app.eventually("its log is there") {
                try await app.run("run:logs", "--container", name, "--quiet").output == "hi\n"
            }
            #expect(try await app.run("run:stop", "--container", name).output == name + "\n")
            #expect(try await app.run("run:list", app.name, "--format", "json").output == "[]\n")
            _ = try await app.run("run:detached", "--ttl-seconds", "1", app.name, "sleep", "1000")
            try await Task.sleep(for: .milliseconds(2_100))
            #expect(try await app.run("run:retire", app.name).status == 0)
            #expect(try await app.run("run:list", app.name, "--format", "json").output == "[]\n")
            #expect(try await app.run("run", "--ttl-seconds", "soon", app.name, "true").status == 1)
        }
    }

    @Test func cronTasksKeepTheirOverlapPolicy() async throws {
        let appJSON = #"""
            {"cron": [{"command": "sleep 1000", "schedule": "@daily", "concurrency_policy": "forbid"},
                      {"command": "sleep 1001", "schedule": "@daily", "concurrency_policy": "replace"}],
             "healthchecks": {"web": [{"uptime": 1}]}}
            """#
        try await LiveApp.with(appJSON: appJSON, scale: "web=1", "worker=0") { app in
            try await app.run("ps:set", app.name, "stop-timeout-seconds", "1")
            try await app.deployed()
            let list = try await app.run("cron:list", app.name, "--format", "json").output
            let tasks = try #require(try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]])
            let ids = tasks.compactMap { $0["id"] as? String }
            try #require(ids.count == 2)
            #expect(try await app.run("cron:run", app.name, ids[0], "--detach").status == 0)
            let second = try await app.run("cron:run", app.name, ids[0], "--detach")
            #expect(second.status == 1 && second.error.contains("currently has a cron lock in place for \(ids[0])"))
            let first = try #require(try await app.run("cron:run", app.name, ids[1], "--detach").lines.first)
            #expect(try await app.run("cron:run", app.name, ids[1], "--detach").status == 0)
            #expect(try await !app.containers().contains { $0.name == first })
        }
    }

    @Test func cronTasksGoIntoTheCrontabAndOutAgain() async throws {
        let appJSON =
            #"{"cron": [{"command": "true", "schedule": "5 4 * * *"}], "healthchecks": {"web": [{"uptime": 1}]}}"#
        try await LiveApp.with(appJSON: appJSON, scale: "web=1", "worker=0") { app in
            // A stand-in for Debian's crontab that keeps the table in a file.
            let bin = try Scratch()
            let program = try bin.write(
                "#!/bin/sh\nif [ \"$1\" = -l ]; then cat \(bin.path)/table 2>/dev/null || exit 1; else cp \"$1\" \(bin.path)/table; fi\n",
                to: "crontab")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            try bin.write("0 0 * * * mine\n", to: "table")
            var app = app
            app.binary.variables["PATH"] = bin.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
            let unscheduled = try await app.deploy()
            #expect(unscheduled.error.contains("1 cron tasks of \(app.name) are not scheduled"))
            try await app.run("cron:set", "--global", "host-crontab", "true")
            let table = try #require(bin.read("table"))
            #expect(
                table.hasPrefix("0 0 * * * mine\n")
                    && table.contains(
                        "5 4 * * * LINKSPAN_HOME='\(app.binary.home.path)' '\(Binary.path)' cron:run \(app.name) ")
            )
            let line = try #require(table.split(separator: "\n").first { $0.hasPrefix("5 4") })
            let id = try #require(line.split(separator: " ").last.map(String.init))
            // What cron does with the line.
            #expect(try await Tool.run("sh", "-c", String(line.dropFirst(10))).status == 0)
            try await app.run("cron:suspend", app.name, id)
            #expect(bin.read("table") == "0 0 * * * mine\n")
            try await app.run("cron:resume", app.name, id)
            #expect(bin.read("table") == table)
            // A crontab that cannot be read must not be overwritten.
            try FileManager.default.moveItem(atPath: program, toPath: program + ".good")
            try bin.write("#!/bin/sh\necho out of memory >&2; exit 1\n", to: "crontab")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            #expect(try await app.run("cron:suspend", app.name, id).status == 1)
            #expect(bin.read("table") == table)
            try FileManager.default.removeItem(atPath: program)
            try FileManager.default.moveItem(atPath: program + ".good", toPath: program)
            try await app.run("apps:destroy", "--force", app.name)
            #expect(bin.read("table") == "0 0 * * * mine\n")
        }
    }

    @Test func sessionsInRunningInstances() async throws {
        try await LiveApp.with(scale: "web=2", "worker=1") { app in
            try await app.deployed()
            let result = try await app.run(
                "enter", app.name, "web.2", "--", "sh", "-c", "echo $DYNO; echo err >&2; exit 9")
            #expect(result.status == 9 && result.output == "web.2\n" && result.error == "err\n")
            let missing = try await app.run("enter", app.name, "web", "nosuchprogram")
            #expect(missing.status == 127 && missing.output.isEmpty && missing.error.contains("nosuchprogram"))
            let id = try #require(app.file("CONTAINER.worker.1")?.dropLast())
            #expect(
                try await app.run("enter", app.name, "--container-id", String(id.prefix(12)), "sh", "-c", "echo $DYNO")
                    .output == "worker.1\n")
            #expect(try await app.run("enter", app.name, "web", input: "echo from stdin; exit 5\n").status == 5)
            for (words, message) in [
                ([], "No container type specified."), (["web.3", "ls"], "No containers found for type 'web.3'"),
                (["web.0", "ls"], "they count from 1"), (["api", "ls"], "No containers found for type 'api'"),
                (["--container-id", "zz", "ls"], "Invalid container id for app: zz"),
            ] {
                let refused = try await app.run(["enter", app.name] + words)
                #expect(refused.status == 1 && refused.error.contains(message), "\(words) \(refused.error)")
            }
        }
    }
}
