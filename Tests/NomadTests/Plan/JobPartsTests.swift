import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// What settings, resources and docker options become in a job.
struct JobPartsTests {
    private func resources(_ limits: [String: String], _ reservations: [String: String] = [:]) throws -> NomadResources
    {
        try NomadResources(
            Resources(limits: limits, reservations: reservations), PlanStage.settings().jobs, owner: "web")
    }

    @Test func limitsAreKept() throws {
        let limited = try resources(["cpu": "0.5", "memory": "256m"])
        #expect(limited.document == ["CPU": 500, "MemoryMB": 256])
        #expect(limited.driverConfig == ["cpu_hard_limit": true])
        let both = try resources(["cpu": "2", "memory": "1g"], ["cpu": "1", "memory": "512"])
        #expect(both.document == ["CPU": 1_000, "MemoryMB": 512])
        #expect(both.driverConfig == ["memory_hard_limit": 1_024])
        #expect(both.unmapped.count == 1)
        #expect(try resources([:]).document == ["CPU": 100, "MemoryMB": 512])
        #expect(throws: AdapterError.self) { try resources(["memory": "much"]) }
    }

    @Test func dockerOptionsAreTheDrivers() {
        let options = DriverOptions([
            "--cap-add=NET_ADMIN", "--shm-size", "64m", "--ulimit", "nofile=1024:2048", "--label", "team=a b",
            "-v", "/srv/x:/x", "--privileged", "--add-host", "db:10.0.0.1", "--gpus", "all", "--user", "1000",
        ])
        #expect(options.config["cap_add"] == ["NET_ADMIN"] && options.config["shm_size"] == 67_108_864)
        #expect(options.config["ulimit"] == [["nofile": "1024:2048"]] && options.config["privileged"] == true)
        #expect(options.config["extra_hosts"] == ["db:10.0.0.1"] && options.user == "1000")
        #expect(options.labels == ["team": "a b"] && options.volumes == ["/srv/x:/x"])
        #expect(options.unmapped == ["docker option --gpus has no counterpart in Nomad and is left out"])
    }

    /// The docker driver's config is a template of HCL.
    @Test(arguments: [("echo ${HOME}", "echo $${HOME}"), ("%{ if }", "%%{ if }"), ("$HOME $(x) %d", "$HOME $(x) %d")])
    func wordsStayAsTheyAre(_ word: String, _ expected: String) {
        #expect(JSONValue.literal(word) == .string(expected))
    }

    @Test func placementIsBySetting() throws {
        var values = [
            "datacenters": "dc1, dc2", "constraints": "meta.rack = r1; ${attr.kernel.name} != windows; distinct_hosts",
            "affinities": "node.class = fast 80", "spreads": "node.datacenter", "node-pool": "apps",
        ]
        let job = try PlanStage.plan(PlanStage.deployment("tiny"), values).job
        #expect(job["Datacenters"] == ["dc1", "dc2"] && job["NodePool"] == "apps")
        #expect(
            job["Constraints"] == [
                ["LTarget": "${meta.rack}", "Operand": "=", "RTarget": "r1"],
                ["LTarget": "${attr.kernel.name}", "Operand": "!=", "RTarget": "windows"],
                ["LTarget": "", "Operand": "distinct_hosts", "RTarget": "true"],
            ])
        #expect(
            job["Affinities"] == [
                ["LTarget": "${node.class}", "Operand": "=", "RTarget": "fast", "Weight": 80]
            ])
        #expect(job["Spreads"] == [["Attribute": "${node.datacenter}", "Weight": 50]])
        values["constraints"] = "meta.rack r1"
        let error = #expect(throws: AdapterError.self) { try PlanStage.plan(PlanStage.deployment("tiny"), values) }
        #expect(error?.code == .invalidSettings && error?.message.contains("meta.rack r1") == true)
    }

    @Test func tagsAndMetaAreTheUsers() throws {
        let values = [
            "routing": "none", "service-tags": "blue", "tags.--global": #"{"a":"1","b":"1"}"#,
            "tags.web": #"{"b":"2"}"#, "meta.--global": #"{"team":"x"}"#,
        ]
        let group = PlanStage.group(try PlanStage.plan(PlanStage.deployment("shop"), values), "web")
        #expect(group["Services"]?.items?.first?["Tags"] == ["blue", "a=1", "b=2"])
        #expect(group["Meta"]?["team"] == "x")
        #expect(throws: AdapterError.self) { try PlanStage.settings(["meta.--global": #"{"linkspan_app":"x"}"#]) }
    }

    @Test func servicesAreKeptByWhomThereIs() throws {
        func provider(_ facts: ServerFacts, _ values: [String: String] = [:]) throws -> JSONValue? {
            let plan = try PlanStage.plan(PlanStage.deployment("shop"), values, facts: facts)
            return PlanStage.group(plan, "web")["Services"]?.items?.first
        }
        #expect(try provider(.none(in: "shops"))?["Provider"] == "nomad")
        // 1.3 has services, and no checks of them.
        let middle = try provider(PlanStage.old(3))
        #expect(middle?["Provider"] == "nomad" && middle?["Checks"] == nil)
        #expect(try provider(PlanStage.old()) == nil)
        var consul = PlanStage.old()
        consul.hasConsul = true
        #expect(try provider(consul)?["Provider"] == nil && provider(consul)?["Checks"] != nil)
        #expect(try provider(.none(in: "shops"), ["service-provider": "none"]) == nil)
        #expect(throws: AdapterError.self) { try provider(PlanStage.old(), ["service-provider": "nomad"]) }
    }

    @Test func storageOfOneNodeIsRefusedUnlessItIsWanted() throws {
        let error = #expect(throws: AdapterError.self) { try PlanStage.plan(PlanStage.deployment("crowded")) }
        #expect(error?.code == .invalidInput && error?.hint?.contains("docker-volumes") == true)
        let plan = try PlanStage.plan(PlanStage.deployment("crowded"), ["docker-volumes": "true"])
        #expect(
            PlanStage.task(plan, "web")["Config"]?["volumes"] == ["/srv/x:/x", "/srv/storage:/storage:ro"])
    }

    @Test func whereChecksAreDisabledTheOldOnesGoFirst() throws {
        var deployment = try PlanStage.deployment("shop")
        deployment.processes[1].checks.mode = .disabled
        let plan = try PlanStage.plan(deployment)
        #expect(plan.groups.map(\.canaries) == [2, 0])
        #expect(PlanStage.group(plan, "worker")["Update"]?["MaxParallel"] == 1)
    }

    /// Nomad refuses a job in which one of these is not longer than the one before.
    @Test func deadlinesAreInOrder() throws {
        var deployment = try PlanStage.deployment("shop")
        deployment.processes[0].checks.healthchecks = [Healthcheck(name: "up", probe: .uptime(seconds: 700))]
        deployment.app.stopTimeout = 2_000
        let update = PlanStage.group(try PlanStage.plan(deployment), "web")["Update"]
        #expect(update?["MinHealthyTime"] == .seconds(700) && update?["HealthyDeadline"] == .seconds(701))
        #expect(update?["ProgressDeadline"] == .seconds(2_000))
    }

    @Test(arguments: [("no", 0, "fail"), ("on-failure:3", 3, "fail"), ("always", 10, "delay")])
    func restartsAreTheServers(_ policy: String, _ attempts: Int, _ mode: String) throws {
        var deployment = try PlanStage.deployment("shop")
        deployment.restartPolicy = try #require(RestartPolicy(policy))
        let group = PlanStage.group(try PlanStage.plan(deployment), "web")
        #expect(group["RestartPolicy"]?["Attempts"]?.whole == attempts)
        #expect(group["RestartPolicy"]?["Mode"]?.text == mode)
        #expect(group["ReschedulePolicy"]?["Unlimited"] == .bool(policy != "no"))
    }
}
