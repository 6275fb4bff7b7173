import JSONDocument
import Testing
import Traffic

@testable import Fakes

/// What Nomad 1.4 and newer bring: variables that templates read, and services whose checks Nomad itself makes.
struct NomadNewerTests {
    private static func client(_ version: String = "1.8.4") -> NomadClient { NomadClient { $0.version = version } }

    /// A job whose task takes its environment from an item of a variable.
    private static func templated(_ path: String, _ item: String) -> JSONValue {
        changed(NomadClient.service("shop", progress: 60)) { _, task in
            task["Templates"] = [
                [
                    "Envvars": true, "DestPath": "secrets/config.env",
                    "EmbeddedTmpl": .string("{{ with nomadVar \"\(path)\" }}{{ index . \"\(item)\" }}{{ end }}"),
                ]
            ]
        }
    }

    /// A job with a service of Nomad's own that has a check.
    private static func checked(_ path: String, progress: Int = 200, provider: String = "nomad") -> JSONValue {
        changed(NomadClient.service("shop", progress: progress)) { group, task in
            task["Config"]?["ports"] = ["http"]
            group["Update"]?["HealthCheck"] = "checks"
            group["Services"] = [
                [
                    "Name": "shop-web", "PortLabel": "http", "Provider": .string(provider),
                    "Checks": [
                        [
                            "Name": "page", "Type": "http", "Path": .string(path), "Interval": 1_000_000_000,
                            "Timeout": 1_000_000_000,
                        ]
                    ],
                ]
            ]
        }
    }

    private static func changed(
        _ job: JSONValue, _ change: (_ group: inout JSONValue, _ task: inout JSONValue) -> Void
    ) -> JSONValue {
        var job = job
        var group = job.groups[0]
        var task = group["Tasks"]?.items?[0] ?? [:]
        change(&group, &task)
        group["Tasks"] = [task]
        job["TaskGroups"] = [group]
        return job
    }

    @Test func aTemplateMakesAnEnvironmentOfWhatAnItemSays() async {
        let client = Self.client()
        let text = "PLAIN=a word # no more\nLINES=\"one\\ntwo \\\"three\\\" $HOME\"\nQUOTED='as $it is'\n"
        _ = await client.ask("PUT", "/v1/var/nomad/jobs/shop", ["Items": ["config_1": .string(text)]])
        #expect(await client.deploy(Self.templated("nomad/jobs/shop", "config_1")).string("Status") == "successful")
        let found = await client.fake.objects().first { $0.isRunning == true }?.environment ?? [:]
        #expect(found["PLAIN"] == "a word")
        #expect(found["LINES"] == "one\ntwo \"three\" $HOME")
        #expect(found["QUOTED"] == "as $it is")
    }

    @Test func aTaskWaitsForTheVariableThatItReads() async {
        let client = Self.client()
        _ = await client.ask("PUT", "/v1/jobs", ["Job": Self.templated("nomad/jobs/shop", "config_1")])
        let waiting = await client.eventually("/v1/job/shop/allocations") { all in
            all.items?.first?["TaskStates"]?["web"]?["Events"]?.items?.last?.string("Type") == "Template"
        }
        let event = waiting.items?.first?["TaskStates"]?["web"]?["Events"]?.items?.last
        #expect(event?.string("DisplayMessage") == "Missing: nomad.var.block(nomad/jobs/shop@default.global)")
        _ = await client.ask("PUT", "/v1/var/nomad/jobs/shop", ["Items": ["config_1": "A=1"]])
        _ = await client.eventually("/v1/job/shop/deployment") { $0.string("Status") == "successful" }
    }

    @Test func aTaskReadsNothingOfAnotherJob() async {
        let client = Self.client()
        _ = await client.ask("PUT", "/v1/var/nomad/jobs/other", ["Items": ["config_1": "A=1"]])
        #expect(await client.deploy(Self.templated("nomad/jobs/other", "config_1")).string("Status") == "failed")
    }

    @Test func aDeploymentWaitsForTheChecksOfNomadsServices() async {
        let client = Self.client()
        #expect(await client.deploy(Self.checked("/health")).string("Status") == "successful")
        let id = await client.wanted("shop").first?.string("ID") ?? ""
        let results = await client.get("/v1/client/allocation/\(id)/checks").fields ?? [:]
        #expect(results.values.map { $0.string("Status") } == ["success"])
        #expect(await client.get("/v1/service/shop-web").items?.count == 1)
    }

    @Test func aCheckThatFailsFailsTheDeployment() async {
        let client = Self.client()
        #expect(await client.deploy(Self.checked("/nowhere", progress: 30)).string("Status") == "failed")
        let sentence: JSONValue = "Services not healthy by deadline: shop-web"
        _ = await client.eventually("/v1/job/shop/allocations") { all in
            let events = all.items?.first?["TaskStates"]?["web"]?["Events"]?.items ?? []
            return events.contains { $0["DisplayMessage"] == sentence }
        }
    }

    @Test func aServiceOfConsulFindsNoNodeWithoutOne() async {
        let client = Self.client()
        let made = await client.ask("PUT", "/v1/jobs", ["Job": Self.checked("/", provider: "consul")])
        let evaluation = await client.eventually("/v1/evaluation/\(made.json.string("EvalID"))") {
            $0.string("Status") == "complete"
        }
        let failure = evaluation["FailedTGAllocs"]?["web"]
        #expect(failure?["ConstraintFiltered"] == ["${attr.consul.version} semver >= 1.8.0": 1])
        #expect(failure?["NodesFiltered"] == 1)
    }

    @Test func variablesNeedARightOfTheirOwn() async {
        let token = "12345678-1234-1234-1234-123456789012"
        var client = NomadClient {
            $0.version = "1.8.4"
            $0.tokens = [token: "namespace \"default\" { policy = \"write\" }"]
            $0.hasACL = true
        }
        client.token = token
        #expect(await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.service()]).status == 200)
        let refused = await client.ask("PUT", "/v1/var/nomad/jobs/shop", ["Items": ["A": "1"]])
        #expect(refused.status == 403)
        #expect(refused.text == "Permission denied")
        let policies = await client.get("/v1/acl/token/self")["Policies"]?.items?.compactMap(\.text) ?? []
        let shown = await client.get("/v1/acl/policy/\(policies.first ?? "")")
        #expect(shown.string("Rules").contains("policy = \"write\""))
    }
}

/// What all versions have in common, beyond what was recorded.
struct NomadUpkeepTests {
    @Test func aJobThatSaysNothingNewGetsNoNewVersion() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        let before = await client.get("/v1/job/shop")
        #expect(await client.ask("PUT", "/v1/jobs", ["Job": NomadClient.service()]).status == 200)
        let after = await client.get("/v1/job/shop")
        #expect(after["Version"] == before["Version"])
        #expect(after["JobModifyIndex"] == before["JobModifyIndex"])
    }

    @Test func aHeldPeriodicJobCannotBeForced() async {
        let client = NomadClient()
        var job = NomadClient.batch("nightly", ["kit", "true"])
        job["Periodic"] = ["Enabled": false, "Spec": "0 3 * * *", "SpecType": "cron"]
        _ = await client.ask("PUT", "/v1/jobs", ["Job": job])
        let refused = await client.ask("PUT", "/v1/job/nightly/periodic/force")
        #expect(refused.status == 500)
        #expect(refused.text == "can't force run non-tracked job \"nightly\" (default)")
        #expect(await client.fake.objects().map(\.isHeld) == [true])
    }

    @Test func whatIsOverAndPurgedIsHistory() async {
        let client = NomadClient()
        _ = await client.deploy(NomadClient.service())
        _ = await client.ask("DELETE", "/v1/job/shop?purge=true")
        _ = await client.eventually("/v1/job/shop/allocations") { all in
            all.items?.allSatisfy { $0.string("ClientStatus") == "complete" } == true
        }
        #expect(await client.allocations("shop").count == 1)
        #expect(await client.fake.objects() == [])
    }

    @Test func aConstraintThatNoNodeMeets() async {
        let client = NomadClient()
        var job = NomadClient.service()
        job["Constraints"] = [["LTarget": "${attr.kernel.name}", "Operand": "=", "RTarget": "windows"]]
        let plan = await client.ask("POST", "/v1/job/shop/plan", ["Job": job]).json
        #expect(
            plan["FailedTGAllocs"]?["web"]?["ConstraintFiltered"] == ["${attr.kernel.name} = windows": 1])
    }
}
