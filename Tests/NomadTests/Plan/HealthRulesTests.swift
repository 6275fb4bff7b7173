import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// Checks of `app.json` as Nomad's, and what is left for us.
struct HealthRulesTests {
    private func rules(
        _ checks: [Healthcheck], mode: Checks.Mode = .enabled, port: Int? = 5_000, isWeb: Bool = true,
        provider: JobSettings.ServiceProvider = .nomad, canCheck: Bool = true
    ) throws -> HealthRules {
        let type = isWeb ? ProcessType.web : try ProcessType("worker")
        return HealthRules(
            AppProcess(type: type, quantity: 1, checks: Checks(mode: mode, healthchecks: checks)), port: port,
            host: "shop.example.com", provider: provider, canCheck: canCheck)
    }

    private let page = Healthcheck(name: "page", probe: .http(request: .init(path: "/up")))

    @Test func withoutChecksAnUptimeCountsAndSomethingMustListen() throws {
        let rules = try rules([])
        #expect(rules.minHealthySeconds == 10 && rules.kind == "checks" && rules.ours.isEmpty)
        #expect(rules.serviceChecks.map { $0["Type"] } == ["tcp"])
    }

    @Test func whereNobodyChecksThatIsOnlyWarnedOf() throws {
        let web = try rules([], provider: .none, canCheck: false)
        #expect(web.kind == "task_states" && web.ours.map(\.isWarning) == [true])
        #expect(try rules([], port: nil, isWeb: false, canCheck: false).ours.isEmpty)
    }

    @Test func whatAServiceCheckCanDoIsOne() throws {
        let rules = try rules([page])
        #expect(rules.minHealthySeconds == 0 && rules.ours.isEmpty && rules.budget == 15)
        let check = try #require(rules.serviceChecks.first)
        #expect(check["Path"] == "/up" && check["Header"] == ["Host": ["shop.example.com"]])
        #expect(rules.names == ["page": "'page' (GET /up on port 5000)"])
        #expect(try self.rules([page], isWeb: false, canCheck: false).ours == [page])
    }

    @Test func whatItCannotDoIsOurs() throws {
        let content = Healthcheck(name: "content", probe: .http(request: .init(path: "/", content: "ok")))
        let command = Healthcheck(name: "command", probe: .command(words: ["./ok"]))
        let warning = Healthcheck(name: "warning", probe: .listening, isWarning: true)
        let rules = try rules([content, command, warning])
        #expect(rules.ours == [content, command, warning])
        // The status is seen by the service, the content by us.
        #expect(rules.serviceChecks.map { $0["Name"] } == ["content"])
    }

    @Test func livenessRestartsTheTask() throws {
        let alive = Healthcheck(
            name: "page", purpose: .liveness, probe: .http(request: .init(path: "/up")), attempts: 4, initialDelay: 7)
        let rules = try rules([page, alive])
        let check = try #require(rules.serviceChecks.last)
        // Two of one name would be one.
        #expect(check["Name"] == "page (liveness)")
        #expect(check["CheckRestart"] == ["Limit": 4, "Grace": .seconds(22), "IgnoreWarnings": false])
        #expect(rules.unmapped.isEmpty)
    }

    @Test func livenessThatNobodyRunsIsNamed() throws {
        let alive = Healthcheck(name: "alive", purpose: .liveness, probe: .command(words: ["./alive", "now"]))
        #expect(try rules([alive]).unmapped.count == 1)
        #expect(try rules([alive], canCheck: false).unmapped.count == 1)
        let consul = try rules([alive], provider: .consul)
        #expect(consul.unmapped.isEmpty)
        #expect(consul.serviceChecks.first { $0["Type"] == "script" }?["Args"] == ["now"])
    }

    @Test func otherPortsAreOpened() throws {
        let admin = Healthcheck(name: "admin", probe: .listening, port: 9_000)
        let rules = try rules([admin])
        #expect(rules.askedPorts == [9_000])
        #expect(rules.serviceChecks.map { $0["PortLabel"] } == ["port_9000"])
    }

    /// A service needs a port, be it one that only its checks ask.
    @Test func aProcessWithoutTrafficHasThePortsOfItsChecks() throws {
        var deployment = try PlanStage.deployment("shop")
        deployment.processes[1].checks.healthchecks = [
            Healthcheck(name: "admin", probe: .listening, port: 9_000),
            Healthcheck(name: "page", probe: .http(request: .init(path: "/", content: "ok"))),
        ]
        let plan = try PlanStage.plan(deployment)
        let group = PlanStage.group(plan, "worker")
        let ports = group["Networks"]?.items?.first?["DynamicPorts"]
        #expect(ports == [["Label": "http", "To": 9_000], ["Label": "port_5000", "To": 5_000]])
        let service = group["Services"]?.items?.first
        #expect(service?["PortLabel"] == "http" && service?["Tags"] == nil)
        #expect(service?["Checks"]?.items?.map { $0["PortLabel"] } == ["http", "port_5000"])
        #expect(plan.groups[1].label(of: nil) == "port_5000" && plan.groups[1].port == nil)
        #expect(PlanStage.task(plan, "worker")["Env"] == nil)
    }

    @Test func skippedChecksLetAnInstanceCountSoon() throws {
        let rules = try rules([page], mode: .skipped)
        #expect(rules.minHealthySeconds == 2 && rules.serviceChecks.isEmpty && rules.ours.isEmpty)
    }
}
