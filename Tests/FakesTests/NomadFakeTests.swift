import APIClient
import JSONDocument
import Testing
import Traffic

@testable import Fakes

struct NomadDeploymentTests {
    @Test func aReleaseWithCanariesIsPromotedByHand() async {
        let client = NomadClient()
        #expect(await client.deploy(NomadClient.service(count: 2)).string("Status") == "successful")
        let before = await client.wanted("shop").map { $0.string("ID") }
        let second = NomadClient.service(count: 2, canaries: 2, release: "2", healthy: 10)
        let registered = await client.ask("POST", "/v1/job/shop", ["Job": second]).json
        // Nobody has evaluated it yet: a client that does not look at the index takes the old one for its own.
        #expect(await client.get("/v1/job/shop/deployment").number("JobVersion") == 0)
        let running = await client.eventually("/v1/job/shop/deployment") {
            $0["JobSpecModifyIndex"] == registered["JobModifyIndex"]
        }
        #expect(running.string("StatusDescription") == "Deployment is running but requires manual promotion")
        let id = running.string("ID")
        let early = await client.ask("PUT", "/v1/deployment/promote/\(id)", ["DeploymentID": .string(id), "All": true])
        #expect(early.status == 500)
        #expect(early.text == "1 error occurred:\n\t* Task group \"web\" has 0/2 healthy allocations\n\n")
        _ = await client.eventually("/v1/deployment/\(id)") { $0["TaskGroups"]?["web"]?["HealthyAllocs"] == 2 }
        let beside = await client.wanted("shop").filter { $0.string("ClientStatus") == "running" }
        #expect(beside.count == 4)
        #expect(await client.ask("PUT", "/v1/deployment/promote/\(id)", ["All": true]).status == 200)
        _ = await client.eventually("/v1/deployment/\(id)") { $0.string("Status") == "successful" }
        let after = await client.wanted("shop")
        #expect(after.map { $0.number("JobVersion") } == [1, 1])
        #expect(Set(after.map { $0.string("ID") }).isDisjoint(with: before))
        _ = await client.eventually("/v1/job/shop/allocations") { all in
            all.items?.count { $0.string("ClientStatus") == "complete" } == 2
        }
    }

    @Test func aCrashingReleaseWithCanariesLeavesTheRunningOneAlone() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service(count: 2))
        let before = Set(await client.wanted("shop").map { $0.string("ID") })
        let crashing = NomadClient.service(
            "shop", ["kit", "exit", "3"], count: 2, canaries: 2, release: "2", progress: 20)
        let failed = await client.deploy(crashing)
        #expect(failed.string("Status") == "failed")
        #expect(
            failed.string("StatusDescription") == "Failed due to progress deadline - rolling back to job version 0")
        _ = await client.eventually("/v1/job/shop/deployment") {
            $0.number("JobVersion") == 2 && $0.string("Status") == "successful"
        }
        let after = await client.wanted("shop")
        #expect(Set(after.map { $0.string("ID") }) == before)
        #expect(after.allSatisfy { $0.number("JobVersion") == 2 && $0.string("ClientStatus") == "running" })
        let versions = await client.get("/v1/job/shop/versions")["Versions"]?.items ?? []
        #expect(versions.map { $0["Stable"] } == [true, false, true])
    }

    @Test func aFirstReleaseThatCannotBePulledHasNothingToGoBackTo() async {
        let client = NomadClient()
        let failed = await client.deploy(NomadClient.service(image: "registry/absent:1", progress: 20))
        #expect(
            failed.string("StatusDescription")
                == "Failed due to progress deadline - no stable job version to auto revert to")
        let types: (JSONValue) -> [String] = { all in
            let state = all.items?.first?["TaskStates"]?["web"]
            return (state?["Events"]?.items ?? []).map { $0.string("Type") }
        }
        let all = await client.eventually("/v1/job/shop/allocations") { types($0).last == "Alloc Unhealthy" }
        #expect(types(all).suffix(3) == ["Driver Failure", "Not Restarting", "Alloc Unhealthy"])
    }

    @Test func aRollingReleaseReplacesOneAfterTheOther() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service(count: 2))
        let done = await client.deploy(NomadClient.service(count: 2, release: "2"))
        #expect(done.string("Status") == "successful")
        #expect(done["TaskGroups"]?["web"]?["PlacedAllocs"] == 2)
        let all = await client.allocations("shop")
        #expect(all.count == 4)
        #expect(
            all.filter { $0.number("JobVersion") == 0 }.allSatisfy {
                $0.string("DesiredDescription") == "alloc is being updated due to job update"
            })
    }

    @Test func aDeploymentThatIsFailedByHandGoesBack() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        let second = await client.ask(
            "PUT", "/v1/jobs", ["Job": NomadClient.service(canaries: 1, release: "2")])
        let id = await client.eventually("/v1/job/shop/deployment") {
            $0["JobSpecModifyIndex"] == second.json["JobModifyIndex"]
        }.string("ID")
        let failed = await client.ask("PUT", "/v1/deployment/fail/\(id)")
        #expect(failed.json["RevertedJobVersion"] == 0)
        #expect(
            await client.get("/v1/deployment/\(id)").string("StatusDescription")
                == "Deployment marked as failed - rolling back to job version 0")
        #expect(await client.ask("PUT", "/v1/deployment/fail/\(id)").status == 500)
    }

    @Test func aBlockingQueryWakesAtAChangeAndNotBefore() async {
        let client = NomadClient()
        _ = await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.service()])
        let first = await client.eventually("/v1/job/shop/deployment") { $0 != .null }
        let target = "/v1/deployment/\(first.string("ID"))"
        var index = await client.ask("GET", target).index
        var seen: [Int] = []
        while seen.last != 1, seen.count < 20 {
            let reply = await client.ask("GET", "\(target)?index=\(index)&wait=60s")
            #expect(reply.index > index)
            index = reply.index
            seen.append(reply.json["TaskGroups"]?["web"]?.number("HealthyAllocs") ?? -1)
        }
        _ = await client.eventually(target) { $0.string("Status") == "successful" }
        index = await client.ask("GET", target).index
        let clock = ContinuousClock()
        let quiet = await clock.measure {
            #expect(await client.ask("GET", "\(target)?index=\(index)&wait=4s").index == index)
        }
        // Four seconds of the fake's time.
        #expect(quiet >= .milliseconds(190) && quiet < .seconds(3))
    }
}

struct NomadJobTests {
    @Test func registeringWithAnOldIndexIsRefused() async {
        let client = NomadClient()
        let body: JSONValue = ["Job": NomadClient.service(), "EnforceIndex": true, "JobModifyIndex": 0]
        #expect(await client.ask("PUT", "/v1/jobs", body).status == 200)
        let refused = await client.ask("PUT", "/v1/jobs", body)
        #expect(refused.status == 500)
        #expect(refused.text == "Enforcing job modify index 0: job already exists")
    }

    @Test func aBatchJobEndsWithItsStatus() async {
        let client = NomadClient()
        _ = await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.batch("once", ["kit", "exit", "7"])])
        _ = await client.eventually("/v1/job/once") { $0.string("Status") == "dead" }
        let state = await client.allocations("once").first?["TaskStates"]?["run"]
        let end = state?["Events"]?.items?.first { $0.string("Type") == "Terminated" }
        #expect(state?["Failed"] == true)
        #expect(end?["ExitCode"] == 7)
    }

    @Test func aDispatchedJobHasItsMeta() async {
        let client = NomadClient()
        var job = NomadClient.batch("runner", ["kit", "value", "NOMAD_META_word"])
        job["ParameterizedJob"] = ["MetaRequired": ["word"]]
        #expect(await client.ask("PUT", "/v1/jobs", ["Job": job]).json["EvalID"] == "")
        #expect(await client.ask("PUT", "/v1/job/runner/dispatch", ["Meta": [:]]).status == 500)
        let made = await client.ask("PUT", "/v1/job/runner/dispatch", ["Meta": ["word": "hello"]])
        let id = made.json.string("DispatchedJobID")
        #expect(id.hasPrefix("runner/dispatch-"))
        _ = await client.eventually("/v1/job/\(id)") { $0.string("Status") == "dead" }
        let allocation = await client.allocations(id).first?.string("ID") ?? ""
        let printed = await client.ask(
            "GET", "/v1/client/fs/logs/\(allocation)?task=run&type=stdout&plain=true")
        #expect(printed.text == "hello\n")
        #expect(await client.get("/v1/job/runner/summary")["Children"]?["Dead"] == 1)
    }

    @Test func aJobThatDoesNotFitWaitsForRoom() async {
        let client = NomadClient { $0.cpu = 1_000 }
        _ = await client.deploy(NomadClient.service("small", cpu: 600))
        let registered = await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.service("big", cpu: 600)])
        let evaluation = await client.eventually("/v1/evaluation/\(registered.json.string("EvalID"))") {
            $0.string("Status") == "complete"
        }
        #expect(evaluation["FailedTGAllocs"]?["web"]?["DimensionExhausted"] == ["cpu": 1])
        #expect(await client.get("/v1/evaluation/\(evaluation.string("BlockedEval"))").string("Status") == "blocked")
        #expect(await client.ask("DELETE", "/v1/job/small?purge=true").status == 200)
        _ = await client.eventually("/v1/job/big/deployment") { $0.string("Status") == "successful" }
    }

    @Test func stoppingAndPurging() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        let running = await client.fake.objects().filter { $0.isRunning == true }
        #expect(running.map(\.kind) == ["allocation"])
        #expect(running.first?.labels == ["app": "shop"])
        #expect(running.first?.environment["RELEASE"] == "1")
        _ = await client.ask("DELETE", "/v1/job/shop")
        _ = await client.eventually("/v1/job/shop") { $0.string("Status") == "dead" && $0["Stop"] == true }
        #expect(await client.fake.objects().allSatisfy { $0.isRunning != true })
        _ = await client.ask("DELETE", "/v1/job/shop?purge=true")
        let gone = await client.ask("GET", "/v1/job/shop")
        #expect(gone.status == 404)
        #expect(gone.text == "job not found")
    }

    @Test func whatFailsForGoodIsReplacedWhereItsJobSaysSo() async {
        let client = NomadClient()
        var job = NomadClient.service("shop", ["kit", "serve-then-exit", "4", "1"])
        var group = job.groups[0]
        group["RestartPolicy"] = ["Attempts": 0, "Mode": "fail"]
        group["ReschedulePolicy"] = ["Attempts": 1, "Interval": 600_000_000_000, "Delay": 1_000_000_000]
        job["TaskGroups"] = .array([group])
        #expect(await client.deploy(job).string("Status") == "successful")
        _ = await client.eventually("/v1/job/shop/allocations") { all in
            all.items?.contains { $0.string("DesiredDescription") == "alloc was rescheduled because it failed" } == true
        }
        #expect(await client.wanted("shop").first?["RescheduleTracker"]?["Events"]?.items?.count == 1)
    }

    @Test func aTaskBeforeTheOthersEndsBeforeTheyBegin() async {
        let client = NomadClient()
        var job = NomadClient.service()
        var group = job.groups[0]
        let release: JSONValue = [
            "Name": "release", "Driver": "docker", "Lifecycle": ["Hook": "prestart", "Sidecar": false],
            "Config": ["image": "kit", "command": "kit", "args": ["print", "released"]],
        ]
        group["Tasks"] = .array([release] + (group["Tasks"]?.items ?? []))
        job["TaskGroups"] = [group]
        #expect(await client.deploy(job).string("Status") == "successful")
        let states = await client.wanted("shop").first?["TaskStates"]
        #expect(states?["release"]?["State"] == "dead")
        #expect(states?["release"]?["Failed"] == false)
        #expect(states?["web"]?["State"] == "running")
        #expect((states?["release"]?.string("FinishedAt") ?? "") < (states?["web"]?.string("StartedAt") ?? ""))
    }

    @Test func restartingAnAllocation() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        let id = await client.wanted("shop").first?.string("ID") ?? ""
        #expect(await client.ask("PUT", "/v1/client/allocation/\(id)/restart", ["TaskName": "web"]).status == 200)
        _ = await client.eventually("/v1/allocation/\(id)") {
            $0["TaskStates"]?["web"]?["Restarts"] == 1 && $0.string("ClientStatus") == "running"
        }
        let stopped = await client.ask("PUT", "/v1/allocation/\(id)/stop")
        #expect(!stopped.json.string("EvalID").isEmpty)
        _ = await client.eventually("/v1/job/shop/allocations") { all in
            all.items?.contains { $0.string("ID") != id && $0.string("ClientStatus") == "running" } == true
        }
    }

    @Test func whatOnlyNewerVersionsKnow() async {
        let old = NomadClient()
        #expect(await old.ask("GET", "/v1/vars").status == 404)
        #expect(await old.ask("GET", "/v1/services").status == 404)
        let new = NomadClient { $0.version = "1.6.2" }
        let put = await new.ask("PUT", "/v1/var/nomad/jobs/shop?cas=0", ["Items": ["KEY": "value"]])
        #expect(put.status == 200)
        #expect(await new.ask("PUT", "/v1/var/nomad/jobs/shop?cas=0", ["Items": ["KEY": "b"]]).status == 409)
        #expect(await new.get("/v1/var/nomad/jobs/shop")["Items"] == ["KEY": "value"])
        #expect(await new.get("/v1/vars?prefix=nomad").items?.first?["Items"] == nil)
        var job = NomadClient.service("shop", ["kit", "print-and-stay", "x"])
        var group = job.groups[0]
        group["Services"] = [["Name": "shop-web", "PortLabel": "http", "Provider": "nomad"]]
        var task = group["Tasks"]?.items?[0] ?? [:]
        task["Templates"] = [
            [
                "Envvars": true, "DestPath": "secrets/env",
                "EmbeddedTmpl":
                    "{{ with nomadVar \"nomad/jobs/shop\" }}{{ range .Tuples }}{{ .K }}={{ .V }}\n{{ end }}{{ end }}",
            ]
        ]
        group["Tasks"] = [task]
        job["TaskGroups"] = [group]
        _ = await new.deploy(job)
        #expect(await new.get("/v1/service/shop-web").items?.count == 1)
        let id = await new.wanted("shop").first?.string("ID") ?? ""
        let said = await NomadExecTests.run(new.fake, id, ["kit", "value", "KEY"])
        #expect(said.stdout == "value\n")
    }

    @Test func tokens() async {
        var client = NomadClient {
            $0.hasACL = true
            $0.managementToken = "12345678-1234-1234-1234-123456789012"
        }
        #expect(await client.ask("GET", "/v1/jobs").text == "Permission denied")
        client.token = "12345678-1234-1234-1234-123456789012"
        #expect(await client.ask("GET", "/v1/jobs").status == 200)
        let rules = "namespace \"default\" {\n  policy = \"read\"\n  capabilities = [\"read-logs\"]\n}"
        #expect(await client.ask("PUT", "/v1/acl/policy/reader", ["Rules": .string(rules)]).status == 200)
        let made = await client.ask("PUT", "/v1/acl/token", ["Type": "client", "Policies": ["reader"]])
        client.token = made.json.string("SecretID")
        #expect(await client.ask("GET", "/v1/jobs").status == 200)
        #expect(await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.service()]).status == 403)
        #expect(await client.ask("GET", "/v1/jobs?namespace=other").status == 403)
    }
}

struct NomadLogTests {
    private func allocation(_ client: NomadClient, _ command: [String]) async -> String {
        _ = await client.deploy(NomadClient.service("shop", command))
        return await client.wanted("shop").first?.string("ID") ?? ""
    }

    @Test func plainAndFramedAndFromTheEnd() async {
        let client = NomadClient()
        let id = await allocation(client, ["kit", "lines-and-stay", "3"])
        let path = "/v1/client/fs/logs/\(id)?task=web&type=stdout"
        #expect(await client.ask("GET", path + "&plain=true").text == "line 1\nline 2\nline 3\n")
        #expect(await client.ask("GET", path + "&plain=true&origin=end&offset=7").text == "line 3\n")
        #expect(await client.ask("GET", path + "&plain=true&offset=14").text == "line 3\n")
        let frame = await client.ask("GET", path).json
        #expect(frame["File"] == "alloc/logs/web.stdout.0")
        #expect(Base64.decode(frame.string("Data")) == Array("line 1\nline 2\nline 3\n".utf8))
        #expect(await client.ask("GET", "/v1/client/fs/logs/\(id)?task=other&type=stdout").status == 404)
        #expect(await client.ask("GET", "/v1/client/fs/logs/\(id)?type=stdout").status == 400)
    }

    @Test func followingGoesOnBeyondTheEndOfTheProgram() async {
        let client = NomadClient()
        _ = await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.batch("once", ["kit", "lines", "2"])])
        _ = await client.eventually("/v1/job/once") { $0.string("Status") == "dead" }
        let id = await client.allocations("once").first?.string("ID") ?? ""
        let clock = ContinuousClock()
        var text = ""
        let time = await clock.measure {
            text = await client.ask(
                "GET", "/v1/client/fs/logs/\(id)?task=run&type=stdout&plain=true&follow=true", within: 0.3
            ).text
        }
        #expect(text == "line 1\nline 2\n")
        #expect(time >= .milliseconds(290))
    }
}

struct NomadExecTests {
    struct Said: Sendable, Equatable {
        var stdout = ""
        var frames: [JSONValue] = []
    }

    /// Runs a command with all of its input at once.
    static func run(_ fake: NomadFake, _ id: String, _ words: [String], typed: [JSONValue] = [], tty: Bool = false)
        async
        -> Said
    {
        let command = JSONValue.texts(words).compact.replacing("\"", with: "%22").replacing(" ", with: "%20")
        let request = ServedRequest(
            "GET", "/v1/client/allocation/\(id)/exec?task=web&tty=\(tty)&command=\(command)",
            headers: [HTTPField("Connection", "Upgrade"), HTTPField("Upgrade", "websocket")])
        guard case .webSocket(_, let talk) = await fake.answer(request) else { return Said() }
        let (input, feed) = AsyncStream<WebSocketMessage>.makeStream()
        for frame in typed + [["stdin": ["close": true]]] { feed.yield(.text(frame.compact)) }
        let incoming = Mailbox(input)
        let heard = Gathered<JSONValue>()
        _ = await bounded(5) {
            try? await talk(
                MessageChannel(
                    receive: { await incoming.next() },
                    send: { message in
                        if case .text(let text) = message {
                            await heard.add([(try? JSONValue(parsing: Array(text.utf8))) ?? .null])
                        }
                    }))
        }
        var said = Said(frames: await heard.items)
        let bytes = said.frames.compactMap { $0["stdout"]?["data"]?.text }.compactMap { Base64.decode($0) }
        said.stdout = String(decoding: bytes.joined(), as: UTF8.self)
        return said
    }

    private actor Mailbox {
        private var messages: AsyncStream<WebSocketMessage>.Iterator

        init(_ messages: AsyncStream<WebSocketMessage>) {
            self.messages = messages.makeAsyncIterator()
        }

        func next() async -> WebSocketMessage? {
            var iterator = messages
            defer { messages = iterator }
            return await iterator.next(isolation: self)
        }
    }

    @Test func outputInputStatusAndTerminal() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        let id = await client.wanted("shop").first?.string("ID") ?? ""
        let typed: JSONValue = ["stdin": ["data": .string(Base64.encode(Array("from stdin\n".utf8)))]]
        let echoed = await Self.run(client.fake, id, ["/bin/cat"], typed: [typed])
        #expect(echoed.stdout == "from stdin\n")
        // Go leaves out a status of 0.
        #expect(echoed.frames.last == ["exited": true, "result": [:]])
        let failed = await Self.run(client.fake, id, ["/bin/sh", "-c", "kit exit 9"])
        #expect(failed.frames.last == ["exited": true, "result": ["exit_code": 9]])
        let absent = await Self.run(client.fake, id, ["/bin/absent"])
        #expect(absent.frames.last == ["exited": true, "result": ["exit_code": 126]])
        let size: JSONValue = ["tty_size": ["height": 50, "width": 132]]
        let sized = await Self.run(client.fake, id, ["kit", "size"], typed: [size], tty: true)
        #expect(sized.stdout == "50 132\r\n")
    }

    @Test func pagesOfOtherSitesAreRefused() async {
        let client = NomadClient()
        let request = ServedRequest(
            "GET", "/v1/client/allocation/00000000-0000-0000-0000-000000000001/exec",
            headers: [
                HTTPField("Connection", "Upgrade"), HTTPField("Upgrade", "websocket"),
                HTTPField("Origin", "http://elsewhere"), HTTPField("Host", "127.0.0.1:4646"),
            ])
        guard case .whole(let head, _) = await client.fake.answer(request) else {
            Issue.record("it was let in")
            return
        }
        #expect(head.status == 403)
    }
}
