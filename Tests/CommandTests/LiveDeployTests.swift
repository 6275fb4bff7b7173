import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: LiveEngine.isAvailable, "no Docker Engine"))
struct LiveDeployTests {
    @Test func aReleaseRunsAsItWasAsked() async throws {
        try await LiveApp.with(scale: "web=2", "worker=1") { app in
            let result = try await app.deploy()
            #expect(result.status == 0, "\(result.error)")
            for line in [
                "-----> Deploying web (count=2)", "       Attempting pre-flight checks (web.1)",
                "       All checks successful (web.2)",
                "-----> Deploying worker (count=1)", "-----> Running post-deploy", "-----> Renaming containers",
            ] { #expect(result.lines.contains(line), "\(line)") }
            #expect(try await app.running() == ["web.1", "web.2", "worker.1"])
            #expect(try await app.page() == "release one\n")
            let web = try #require(try await app.containers().first)
            #expect(web.labels["com.dokku.app-name"] == app.name)
            #expect(web.labels["com.dokku.container-type"] == "deploy")
            #expect(web.labels["com.dokku.process-type"] == "web" && web.labels["com.dokku.dyno"] == "web.1")
            #expect(web.labels["dokku"] == "" && web.labels["org.label-schema.vendor"] == "dokku")
            #expect(app.file("CONTAINER.web.1") == web.id + "\n")
            #expect(app.file("PORT.worker.1") == nil)
            let details = try await app.engine.inspect(web.id)
            let config = try #require(details["Config"] as? [String: Any])
            let environment = try #require(config["Env"] as? [String])
            #expect(Set(environment).isSuperset(of: ["DYNO=web.1", "PORT=5000", "GREETING=hello canary-s3cret"]))
            let host = try #require(details["HostConfig"] as? [String: Any])
            #expect(host["Init"] as? Bool == true)
            #expect((host["RestartPolicy"] as? [String: Any])?["Name"] as? String == "on-failure")
            #expect(try await app.run("ps:report", app.name, "--running").output == "true\n")
            #expect(try await app.run("ps:report", app.name, "--processes").output == "3\n")
            #expect(try await app.binary.run("docker-local", app.name, as: "scheduler-app-status").output == "3 true\n")
            #expect(try await app.binary.run("docker-local", app.name, as: "scheduler-is-deployed").status == 0)
            #expect(!(result.output + result.error).contains("canary-s3cret"))
        }
    }

    @Test func aSecondReleaseTakesOverAndTheFirstIsRetired() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let old = try #require(app.file("CONTAINER.web.1"))
            let result = try await app.deploy(LiveEngine.secondImage)
            #expect(result.lines.contains("       Scheduling old container shutdown in 1 seconds (web.1)"))
            #expect(try await app.page() == "release two\n")
            #expect(app.file("CONTAINER.web.1") != old)
            // Retired in the background, by a process that outlives the deploy.
            try await app.eventually("only the new release is left") {
                try await app.containers().map(\.name) == ["\(app.name).web.1"]
            }
            try await app.eventually("the queue is empty") {
                app.binary.home.read("lib/data/scheduler-docker-local/dead-containers") == ""
            }
        }
    }

    @Test func aSecondProcessTypeThatCrashesLeavesTheReleaseAsItWas() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.deployed()
            let before = try await app.containers()
            try app.binary.project.write(
                "web: httpd -f -p $PORT -h /www\nworker: sh -c 'echo about to fail; exit 3'", to: "Procfile")
            let result = try await app.deploy(LiveEngine.secondImage)
            #expect(result.status == 3)
            #expect(result.lines.contains("       The release before goes on serving"))
            #expect(result.error.contains("worker.1 exited with code 3"))
            #expect(result.output.contains("       about to fail"))
            #expect(try await app.containers() == before)
            #expect(try await app.page() == "release one\n")
            let failed = try await app.run("logs:failed", app.name)
            #expect(failed.output.contains("worker.1 exited with code 3") && failed.output.contains("about to fail"))
            // What was kept of the project is the release's, not the failed one's.
            #expect(app.binary.home.read("lib/data/ps/\(app.name)/Procfile")?.contains("exit 3") == false)
        }
    }

    /// A deploy that is sent `signal` when web is verified and type `crash` is being checked, which takes 30 seconds.
    private func deployEnded(by signal: Int32, _ app: LiveApp) async throws -> RunResult {
        try await app.run("ps:scale", "--skip-deploy", app.name, "crash=1")
        return try await app.deploy(LiveEngine.secondImage) { program in
            try await app.eventually("the second type is being checked") {
                try await app.containers().contains { $0.name.contains("crash.1.upcoming") && $0.state == "running" }
            }
            program.kill(signal)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGQUIT, SIGHUP])
    func aSignalTakesTheDeployBack(_ signal: Int32) async throws {
        try await LiveApp.with(
            procfile: "web: httpd -f -p $PORT -h /www\ncrash: sleep 1000", scale: "web=1", "crash=0"
        ) { app in
            try await app.deployed()
            let before = try await app.containers()
            let result = try await deployEnded(by: signal, app)
            #expect(result.status == 128 + signal)
            #expect(result.error.contains("cancelled by signal \(signal)"))
            #expect(try await app.containers() == before)
            #expect(try await app.page() == "release one\n")
        }
    }

    /// A signal just when a container is being made: it may exist although nobody has been told so.
    @Test func aSignalAtAnyMomentLeavesNothing() async throws {
        try await LiveApp.with(scale: "web=2", "worker=1") { app in
            try await app.deployed()
            let before = try await app.containers()
            for delay in stride(from: 20, through: 700, by: 40) {
                let result = try await app.deploy(LiveEngine.secondImage) { program in
                    try await Task.sleep(for: .milliseconds(delay))
                    program.kill(SIGTERM)
                }
                #expect(result.status == 143, "after \(delay) ms: \(result.error)")
                #expect(try await app.containers() == before, "after \(delay) ms")
            }
            #expect(try await app.page() == "release one\n")
        }
    }

    /// Killed at any moment, the app serves one whole release, and one retire puts everything right.
    @Test func aKillAtAnyMomentLeavesOneWholeRelease() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.run("checks:skip", app.name)
            try await app.deployed()
            for round in 0..<14 {
                let image = round % 2 == 0 ? LiveEngine.secondImage : LiveEngine.image
                _ = try await app.deploy(image) { program in
                    try await Task.sleep(for: .milliseconds(150 + 60 * round))
                    program.kill(SIGKILL)
                }
                let retired = try await app.run("ps:retire", app.name)
                #expect(retired.status == 0, "round \(round): \(retired.error)")
                try await app.eventually("only one release is left in round \(round)") {
                    try await app.containers().map { "\($0.name) \($0.state)" }
                        == ["\(app.name).web.1 running", "\(app.name).worker.1 running"]
                }
                let page = try await app.page()
                let kept = app.binary.home.read("lib/config/linkspan/\(app.name)/image")
                #expect(
                    (page == "release one\n") == (kept == LiveEngine.image), "round \(round): \(page) \(kept ?? "")")
            }
        }
    }

    @Test func aDiskThatIsFullFailsTheDeployAndChangesNothing() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let before = try await app.containers()
            let image = app.binary.home.read("lib/config/linkspan/\(app.name)/image")
            // A folder in the way of the record of the switch: nothing can be written down.
            let record = app.binary.home.path + "/lib/data/scheduler-docker-local/\(app.name)/switch.json"
            try FileManager.default.createDirectory(atPath: record + "/in-the-way", withIntermediateDirectories: true)
            let result = try await app.deploy(LiveEngine.secondImage)
            #expect(result.status == 1 && result.error.contains("could not"), "\(result.error)")
            try FileManager.default.removeItem(atPath: record)
            #expect(try await app.containers() == before)
            #expect(try await app.page() == "release one\n")
            #expect(app.binary.home.read("lib/config/linkspan/\(app.name)/image") == image)
        }
    }

    @Test func aKilledDeployThatHadStoppedTheReleaseIsPutRight() async throws {
        try await LiveApp.with(procfile: "web: httpd -f -p $PORT -h /www", scale: "web=1") { app in
            try await app.run("checks:disable", app.name)
            try await app.deployed()
            let old = try #require(app.file("CONTAINER.web.1"))
            _ = try await app.deploy(LiveEngine.secondImage) { program in
                try await app.eventually("the new one is being made") {
                    try await app.containers().contains { $0.name.contains("upcoming") }
                }
                program.kill(SIGKILL)
            }
            #expect(try await app.run("ps:retire", app.name).status == 0)
            #expect(try await app.running() == ["web.1"])
            #expect(app.file("CONTAINER.web.1") == old)
            #expect(try await app.page() == "release one\n")
        }
    }

    @Test func anotherHostsAppOfTheSameNameIsNotTouched() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let before = try await app.containers()
            let other = try Binary()
            try await other.run("apps:create", app.name)
            for words in [["ps:retire", app.name], ["ps:retire"], ["apps:destroy", "--force", app.name]] {
                let result = try await other.run(words)
                #expect(result.status == 0, "\(words) \(result.error)")
            }
            #expect(try await app.containers() == before)
        }
    }

    @Test func movingToAnotherSchedulerLeavesNothingBehind() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            try await app.run("scheduler:set", app.name, "selected", "null")
            #expect(try await app.deploy().status == 0)
            #expect(try await app.containers().isEmpty)
        }
    }

    @Test func anOldContainerWithAStopSignalOfItsOwnStaysDown() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("checks:set", app.name, "wait-to-retire", "60")
            try await app.run("docker-options:add", app.name, "deploy", "--stop-signal=SIGINT")
            try await app.deployed()
            let old = try #require(app.file("CONTAINER.web.1")?.dropLast())
            try await app.deployed(LiveEngine.secondImage)
            try await app.eventually("the old one has ended") {
                try await app.containers().first { $0.id == old }?.state == "exited"
            }
            try await Task.sleep(for: .milliseconds(500))
            #expect(try await app.containers().first { $0.id == old }?.state == "exited")
        }
    }

    @Test func deploysWithinASecondDoNotGetInEachOthersWay() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("checks:skip", app.name)
            try await app.run("checks:set", app.name, "wait-to-retire", "60")
            for _ in 0..<4 { try await app.deployed() }
        }
    }

    @Test func whatAKilledDeployLeavesIsRemovedByTheNextRetire() async throws {
        try await LiveApp.with(
            procfile: "web: httpd -f -p $PORT -h /www\ncrash: sleep 1000", scale: "web=1", "crash=0"
        ) { app in
            try await app.deployed()
            let before = try await app.containers()
            let result = try await deployEnded(by: SIGKILL, app)
            #expect(result.status == 128 + SIGKILL)
            #expect(try await app.containers().count == 3)
            #expect(try await app.page() == "release one\n")
            #expect(try await app.run("ps:retire", app.name).status == 0)
            #expect(try await app.containers() == before)
        }
    }

    @Test func aSecondDeployIsToldWhoHoldsTheLock() async throws {
        try await LiveApp.with(procfile: "crash: sleep 1000", scale: "crash=1") { app in
            _ = try await app.deploy { program in
                try await app.eventually("the first one is at work") { try await app.containers().count == 1 }
                let second = try await app.deploy()
                #expect(second.status == 1)
                #expect(second.error.contains("\(app.name) currently has a deploy lock in place. Exiting..."))
                #expect(second.error.contains("process \(program.pid) (deploy \(app.name)) since "))
                program.kill(SIGTERM)
            }
            #expect(try await app.containers().isEmpty)
        }
    }

    @Test func checksThatFailSayWhatTheyGot() async throws {
        let checks: [(String, String)] = [
            (#"{"path": "/", "content": "nonsense", "attempts": 2, "wait": 1}"#, "does not contain 'nonsense'"),
            (#"{"path": "/missing", "attempts": 1}"#, "was answered with 404"),
            (
                #"{"command": ["sh", "-c", "echo not well; exit 4"], "attempts": 1}"#,
                "the command exited with code 4: not well"
            ),
            (#"{"command": ["sleep", "60"], "attempts": 1, "timeout": 1}"#, "it took longer than 1 s"),
            (#"{"listening": true, "port": 9, "attempts": 1}"#, "nothing listens on port 9"),
            (#"{"type": "readiness", "path": "/missing", "attempts": 1, "name": "ready"}"#, "check 'ready' failed"),
        ]
        for (check, words) in checks {
            try await LiveApp.with(appJSON: #"{"healthchecks": {"web": [{"uptime": 1}, \#(check)]}}"#) { app in
                let result = try await app.deploy()
                #expect(result.status == 1, "\(check)")
                #expect(result.error.contains("Could not start due to 1 failed checks (web.1)"))
                #expect(result.error.contains(words), "\(result.error)")
                #expect(try await app.containers().isEmpty)
            }
        }
    }

    @Test func aCheckThatOnlyWarnsDoesNotFail() async throws {
        let checks =
            #"{"healthchecks": {"web": [{"uptime": 1}, {"path": "/missing", "attempts": 1, "warn": true, "name": "soft"}]}}"#
        try await LiveApp.with(appJSON: checks) { app in
            let result = try await app.deploy()
            #expect(result.status == 0)
            #expect(result.error.contains("web.1: check 'soft' failed"))
        }
    }

    @Test func aCommandThatCannotBeStartedIsNamed() async throws {
        try await LiveApp.with(procfile: "web: nosuchprogram") { app in
            let result = try await app.deploy()
            #expect(result.status == 1)
            #expect(result.error.contains("web.1 exited with code 127"), "the init process says so")
            #expect(result.output.contains("nosuchprogram"))
            try await app.run("scheduler-docker-local:set", app.name, "init-process", "false")
            let bare = try await app.deploy()
            #expect(bare.status == 1)
            #expect(bare.error.contains("web.1 could not be started") && bare.error.contains("nosuchprogram"))
            #expect(try await app.containers().isEmpty)
        }
    }

    @Test func anImageThatIsNotThereIsNamed() async throws {
        try await LiveApp.with { app in
            let result = try await app.deploy("nowhere/nothing:1")
            #expect(result.status == 1)
            #expect(result.error.contains("App image (nowhere/nothing:1) not found"))
        }
    }

    @Test func aTypeWhoseChecksAreDisabledStopsFirstAndComesBackWhenItsSuccessorFails() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("checks:disable", app.name, "web")
            try await app.deployed()
            let old = try #require(app.file("CONTAINER.web.1"))
            let result = try await app.deploy(LiveEngine.secondImage)
            let deploying = try #require(result.lines.firstIndex { $0.hasPrefix("-----> Deploying web ") })
            #expect(
                result.lines[deploying + 1]
                    == "       Zero downtime is disabled, stopping currently running containers  (web)")
            #expect(app.file("CONTAINER.web.1") != old)
            #expect(try await app.page() == "release two\n")
            try app.binary.project.write("web: nosuchprogram", to: "Procfile")
            #expect(try await app.deploy(LiveEngine.image).status == 3)
            #expect(try await app.page() == "release two\n", "what was stopped runs again")
        }
    }

    @Test func skippedChecksTakeInstancesAsTheyAre() async throws {
        try await LiveApp.with(procfile: "crash: sleep 1000", scale: "crash=2") { app in
            try await app.run("checks:skip", app.name)
            let result = try await app.deploy()
            #expect(result.status == 0)
            #expect(result.lines.contains("=====> Zero downtime checks have been skipped (crash.1)"))
            #expect(try await app.running() == ["crash.1", "crash.2"])
        }
    }

    @Test func onlyWhatChangesInScaleIsTouched() async throws {
        try await LiveApp.with(scale: "web=2", "worker=1") { app in
            try await app.deployed()
            let before = Dictionary(uniqueKeysWithValues: try await app.containers().map { ($0.name, $0.id) })
            #expect(try await app.run("ps:scale", app.name, "web=3").status == 0)
            var now = Dictionary(uniqueKeysWithValues: try await app.containers().map { ($0.name, $0.id) })
            #expect(now.count == 4)
            for (name, id) in before { #expect(now[name] == id, "\(name) is the same container") }
            #expect(try await app.run("ps:scale", app.name, "web=1").status == 0)
            try await app.eventually("the others are retired") { try await app.containers().count == 2 }
            now = Dictionary(uniqueKeysWithValues: try await app.containers().map { ($0.name, $0.id) })
            #expect(now["\(app.name).web.1"] == before["\(app.name).web.1"])
            #expect(app.file("CONTAINER.web.2") == nil)
            let same = try await app.run("ps:scale", app.name, "web=1")
            #expect(!same.output.contains("Deploying web"))
        }
    }

    @Test func dockerOptionsNetworksMountsAndLimitsReachTheContainer() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            let storage = try Scratch()
            for words in [
                ["docker-options:add", app.name, "deploy", "--cap-add=NET_ADMIN"],
                ["docker-options:add", "--process", "web", app.name, "deploy", "--shm-size=32m"],
                ["storage:mount", app.name, "\(storage.path):/storage"],
                ["resource:limit", "--memory", "64", "--cpu", "0.5", app.name],
                ["resource:reserve", "--process-type", "web", "--memory", "32m", app.name],
                ["ps:set", app.name, "restart-policy", "unless-stopped"],
                ["scheduler-docker-local:set", app.name, "init-process", "false"],
                ["network:set", app.name, "initial-network", "bridge"],
            ] {
                let result = try await app.run(words)
                #expect(result.status == 0, "\(words) \(result.error)")
            }
            try await app.deployed()
            let id = try #require(app.file("CONTAINER.web.1")?.dropLast())
            let host = try #require(try await app.engine.inspect(String(id))["HostConfig"] as? [String: Any])
            #expect(host["CapAdd"] as? [String] == ["NET_ADMIN"])
            #expect(host["ShmSize"] as? Int == 32 << 20)
            #expect(host["Binds"] as? [String] == ["\(storage.path):/storage"])
            #expect(host["Memory"] as? Int == 64 << 20)
            #expect(host["NanoCpus"] as? Int == 500_000_000)
            #expect(host["MemoryReservation"] as? Int == 32 << 20)
            #expect((host["RestartPolicy"] as? [String: Any])?["Name"] as? String == "unless-stopped")
            #expect(host["Init"] as? Bool != true)
            _ = try await app.run("run", app.name, "touch", "/storage/made")
            #expect(storage.names() == ["made"], "tasks see the storage too")
        }
    }

    @Test func imagesOfBuildpacksAreStartedInTheirOwnWay() async throws {
        try await LiveApp.with(procfile: "web: unused", appJSON: #"{"healthchecks": {"web": [{"path": "/"}]}}"#) {
            app in
            try await app.deployed(LiveEngine.herokuishImage)
            #expect(try await app.run("logs", app.name, "-q").output == "/start web\n")
            #expect(try await app.run("run", app.name, "echo", "hi").output == "/exec as herokuishuser\nhi\n")
            #expect(try await app.run("enter", app.name, "web", "echo", "hi").output == "/exec as herokuishuser\nhi\n")
        }
        let procfile = "web: httpd -f -p $PORT -h /www"
        try await LiveApp.with(procfile: procfile, appJSON: #"{"healthchecks": {"web": [{"path": "/"}]}}"#) { app in
            try await app.deployed(LiveEngine.packImage)
            #expect(try await app.run("logs", app.name, "-q").output == "launched\n")
            #expect(try await app.run("run", app.name, "echo", "hi").output == "launched\nhi\n")
            #expect(try await app.run("enter", app.name, "web", "ls").output == "file\n")
        }
    }

    @Test func aDeployMakesFewRequests() async throws {
        try await LiveApp.with(scale: "web=2", "worker=1") { app in
            let result = try await app.run(
                "--verbose", "deploy", app.name, "--image", LiveEngine.image, "--project", app.binary.project.path)
            #expect(result.error.contains(" ?     17 requests to the backend"), "\(result.error)")
        }
    }

    @Test func planTellsWhatADeployWouldDoWithoutDoingIt() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.deployed()
            let before = try await app.containers()
            let plan = try await app.run("plan", app.name)
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any])
            #expect(document["app"] as? String == app.name)
            #expect(plan.output.contains("GREETING=XXXXXX") && !plan.output.contains("canary-s3cret"))
            #expect(try await app.containers() == before)
        }
    }
}
