import AdapterKit
import DokkuIO
import Foundation
import TestSupport
import Testing

@testable import SchedulerHost

struct ReportTests {
    /// The layout of the contract, 4.7.
    @Test func rowsStandAsDokkusDo() {
        let report = Report(
            plugin: "scheduler", subject: "node-js-app",
            rows: [
                .init("--scheduler-selected", ""), .init("--scheduler-computed-selected", "docker-local"),
                .init("--scheduler-computed-shell", ""), .init("--scheduler-global-selected", ""),
                .init("--scheduler-global-shell", ""), .init("--scheduler-shell", ""),
            ])
        #expect(report.headline == "node-js-app scheduler information")
        #expect(
            report.lines == [
                "       Scheduler computed selected:   docker-local", "       Scheduler computed shell:      ",
                "       Scheduler global selected:     ", "       Scheduler global shell:        ",
                "       Scheduler selected:            ", "       Scheduler shell:               ",
            ])
    }

    @Test func aLongerFlagWidensTheColumn() {
        let report = Report(
            plugin: "registry", subject: "a",
            rows: [.init("--registry-computed-image-repo-template", ""), .init("--registry-server", "x")])
        #expect(report.lines[1] == "       Registry server:                       x")
    }

    @Test func jsonHasShortAndLegacyKeys() {
        let rows = [Report.Row("--scheduler-shell", "a<b>\"\n"), Report.Row("--running", "true")]
        #expect(
            Report(plugin: "scheduler", subject: "a", rows: rows).json
                == #"{"running":"true","scheduler-shell":"a\u003cb\u003e\"\n","shell":"a\u003cb\u003e\"\n"}"#)
        #expect(
            Report(plugin: "scheduler", subject: "a", rows: rows, hasLegacyKeys: false).json
                == #"{"running":"true","shell":"a\u003cb\u003e\"\n"}"#)
    }

    @Test func anUnknownFlagListsTheKnownOnes() {
        let report = Report(plugin: "x", subject: "a", rows: [.init("--x-b", "2"), .init("--x-a", "1")])
        #expect(throws: AdapterError(.invalidInput, "Invalid flag passed, valid flags: --x-a, --x-b")) {
            try report.value(of: "--nope")
        }
    }

    @Test func requests() throws {
        #expect(try ReportRequest(["shop", "--format", "json"]).format == .json)
        #expect(try ReportRequest(["--x-a", "shop"]).flag == "--x-a")
        #expect(try ReportRequest(["--x-a", "--x-b"]).isSilent)
        #expect(throws: AdapterError(.invalidInput, #"Format must be "stdout" or "json": "yaml""#)) {
            try ReportRequest(["--format", "yaml"])
        }
        #expect(throws: AdapterError.self) { try ReportRequest(["--format", "json", "--x-a"]) }
        #expect(throws: Misuse.self) { try ReportRequest(["--format"]) }
    }
}

struct TriggerTests {
    @Test func onlyOurSchedulersAreOurs() {
        #expect(Trigger.isOurs("scheduler-deploy", ["docker-local", "shop", "latest", ""]))
        #expect(Trigger.isOurs("scheduler-app-status", ["null", "shop"]))
        #expect(!Trigger.isOurs("scheduler-deploy", ["k3s", "shop"]))
        #expect(!Trigger.isOurs("scheduler-deploy", []))
        #expect(Trigger.isOurs("scheduler-run-retire", []), "house-keeping comes without a scheduler")
        #expect(Trigger.isOurs("scheduler-retire", ["k3s", ""]))
        #expect(!Trigger.isOurs("scheduler-retire", ["k3s", "shop"]))
        #expect(Trigger.isOurs("scheduler-register-retired", ["shop", "abc"]))
        #expect(
            Set(Catalog.builtIn.schedulers) == ["docker-local", "kubernetes", "nomad", "null"],
            "isOurs names the built-in adapters")
    }

    @Test(arguments: [
        (["scheduler-deploy", "docker-local", "shop", "latest"], Trigger.deploy(tag: "latest", only: nil)),
        (["scheduler-deploy", "docker-local", "shop", "latest", "web"], .deploy(tag: "latest", only: "web")),
        (["scheduler-stop", "docker-local", "shop"], .stop(removing: false)),
        (["scheduler-stop", "docker-local", "shop", "true"], .stop(removing: true)),
        (
            ["scheduler-logs", "docker-local", "shop", "web", "true", "false", "5"],
            .logs(process: "web", follow: true, isRaw: false, count: 5)
        ),
        (
            ["scheduler-run", "docker-local", "shop", "0", "--", "ls", "-l"],
            .run(environment: [], words: ["ls", "-l"])
        ),
        (
            ["scheduler-run", "docker-local", "shop", "2", "A=1", "B=2", "ls"],
            .run(environment: ["A=1", "B=2"], words: ["ls"])
        ),
        (["scheduler-run", "docker-local", "shop", "9", "A=1"], .run(environment: ["A=1"], words: [])),
        (["scheduler-run-list", "docker-local", "shop"], .runList(format: "stdout")),
        (["scheduler-register-retired", "shop", "abc"], .registerRetired(id: "abc", wait: 60)),
        (["scheduler-enter", "docker-local", "shop", "web", "--", "ls"], .enter(["web", "--", "ls"])),
    ])
    func argumentsOfAllVersionsAreUnderstood(_ words: [String], _ trigger: Trigger) throws {
        #expect(try TriggerCall(words[0], Array(words.dropFirst())).trigger == trigger)
    }
}

struct ManifestTests {
    /// The host goes by the manifest; this holds it against what the adapter really is.
    @Test(arguments: Catalog.builtIn.schedulers)
    func declaredRolesAndRealOnesAgree(_ scheduler: String) throws {
        let plugin = try Catalog.builtIn.plugin(for: scheduler)
        let adapter = try plugin.make(
            AdapterContext(
                settings: Settings(plugin: "x", values: [:]), variables: [:], readFile: { _ in [] },
                runOnHost: { _ in .success }, now: { 0 }))
        let real: [(Capability, Bool)] = [
            (.run, adapter is any TaskRunning), (.enter, adapter is any SessionOpening),
            (.retire, adapter is any InstanceRetiring), (.inspect, adapter is any Inspecting),
            (.plan, adapter is any Planning), (.cron, adapter is any CronKeeping),
            (.storage, adapter is any StorageExecuting), (.doctor, adapter is any Examining),
            (.diff, adapter is any Comparing), (.nodes, adapter is any NodeListing),
            (.lock, adapter is any DeployLocking),
            (.check, adapter is any InstanceChecking),
        ]
        #expect(Set(real.filter(\.1).map(\.0)) == plugin.manifest.capabilities)
        #expect(real.count == Capability.allCases.count)
    }
}

struct WordsTests {
    @Test func sessions() throws {
        func parse(_ words: String...) throws -> (target: Session.Target, command: [String]) {
            try SessionWords.parse(words)
        }
        #expect(try parse().target == .any)
        #expect(try parse("web", "ls", "-l").command == ["ls", "-l"])
        #expect(try parse("web.2", "--", "ls").target == .instance(name: InstanceName(.web, 2)))
        #expect(try parse("--container-id", "abc", "ls").target == .id(prefix: "abc"))
        #expect(try parse("--container-id=abc").target == .id(prefix: "abc"))
        #expect(try parse("--", "ls").command == ["ls"])
        #expect(throws: AdapterError.self) { _ = try parse("web.0") }
        #expect(throws: AdapterError.self) { _ = try parse("--container-id") }
    }

    @Test func aBadPairNeverShowsItsValue() {
        #expect {
            try EnvironmentPairs.parse(["=s3cret"])
        } throws: { error in
            !ExitMapping.lines(for: error, signal: nil).joined().contains("s3cret")
        }
    }
}

struct NginxConfigurationTests {
    @Test func aSiteLeadsToItsInstances() throws {
        let routes = Routes(
            domains: ["shop.example.com", "*.shop.example.com"], ports: [PortMap("http:8080:3000")].compactMap { $0 })
        let instances = (1...2).map {
            Instance(id: "\($0)", name: InstanceName(.web, $0), address: "172.17.0.\($0)", port: 3_000)
        }
        let text = NginxConfiguration.text(app: try AppName("shop"), instances: instances, routes: routes)
        #expect(try Fixtures.expected("nginx/shop.conf", actual: text) == text)
        let empty = NginxConfiguration.text(app: try AppName("shop"), instances: [], routes: routes)
        #expect(empty.contains("return 503;") && !empty.contains("proxy_pass"), "nobody serves")
    }
}

struct CrontabTests {
    @Test func whatIsOthersStaysAndWhatIsOursIsReplaced() {
        let first = Crontab.text("MAILTO=me\n* * * * * mine\n", tasks: ["@daily one"])
        #expect(first.hasPrefix("MAILTO=me\n* * * * * mine\n# linkspan:"))
        #expect(first.contains("@daily one\n"))
        let second = Crontab.text(first + "0 0 * * * later\n", tasks: ["@daily two"])
        #expect(!second.contains("one") && second.contains("@daily two") && second.contains("0 0 * * * later\n"))
        #expect(Crontab.text(second, tasks: []) == "MAILTO=me\n* * * * * mine\n0 0 * * * later\n")
        #expect(Crontab.text("", tasks: []).isEmpty)
    }
}

struct ExitTests {
    @Test func statuses() throws {
        #expect(ExitMapping.status(of: AppMissing(name: try AppName("a")), signal: nil) == 20)
        #expect(ExitMapping.status(of: AdapterError(.unsupported, "x"), signal: nil) == 10)
        #expect(ExitMapping.status(of: AdapterError(.conflict, "x"), signal: nil) == 1)
        #expect(ExitMapping.status(of: CancellationError(), signal: SIGTERM) == 143)
        #expect(ExitMapping.status(of: Misuse("--format needs a value"), signal: nil) == 2)
    }

    /// Whoever wrote the hint knew of no app; whoever reads it has just named one.
    @Test func hintsNameTheApp() {
        let error = AdapterError(
            .invalidInput, "APP is a word of it", details: ["plan APP: APPLES"], hint: "ps:scale APP web=2, or APP")
        #expect(
            ExitMapping.lines(for: error, signal: nil, app: "shop") == [
                "APP is a word of it", "plan shop: APPLES", "try: linkspan ps:scale shop web=2, or shop",
            ])
        #expect(ExitMapping.lines(for: error, signal: nil).last == "try: linkspan ps:scale APP web=2, or APP")
    }

    @Test func aHintOfOursNamesTheProgram() {
        func last(_ hint: String) -> String? {
            ExitMapping.lines(for: AdapterError(.conflict, "x", hint: hint), signal: nil).last
        }
        #expect(last("ps:scale a web=1") == "try: linkspan ps:scale a web=1")
        #expect(last("systemctl start docker") == "try: systemctl start docker")
        #expect(last("add this user to the group: usermod") == "try: add this user to the group: usermod")
    }

    @Test func underADokkuItsCommandsAreNamed() {
        let error = AdapterError(
            .invalidSettings, "x", details: ["where it asks for a login: linkspan registry:login a HOST"],
            hint: "registry:set a server HOST")
        #expect(
            ExitMapping.lines(for: error, signal: nil, isDokku: true)
                == [
                    "x", "where it asks for a login: dokku registry:login a HOST",
                    "try: dokku registry:set a server HOST",
                ])
        #expect(
            ExitMapping.lines(for: error, signal: nil).dropFirst() == [
                "where it asks for a login: linkspan registry:login a HOST", "try: linkspan registry:set a server HOST",
            ])
    }
}
