import AdapterKit
import Foundation
import Testing

@testable import DokkuIO

struct DotenvTests {
    private func parse(_ text: String) throws -> [String: String] { try Dotenv.parse(Array(text.utf8), file: ".env") }

    @Test func values() throws {
        let text = #"""
            # comment
            export A=1
            B = plain text  # comment
            C='single $x \n'
            D="double \"q\" \$x \\ \n!"
            E=
            F="over
            lines"
            G=a#b
            I= # nothing but a comment
            H='it''
            """#
        #expect(throws: AdapterError.self) { try parse(text) }
        let values = try parse(text.replacingOccurrences(of: "H='it''", with: "H=s3cr3t$x"))
        #expect(values["A"] == "1")
        #expect(values["B"] == "plain text")
        #expect(values["C"] == #"single $x \n"#)
        #expect(values["D"] == "double \"q\" $x \\ \n!")
        #expect(values["E"] == "")
        #expect(values["F"] == "over\nlines")
        #expect(values["G"] == "a#b")
        #expect(values["I"] == "")
        #expect(values["H"] == "s3cr3t$x")
    }

    @Test(arguments: [
        ("A=1\nnonsense\n", "line 2"), ("A=1\nB=\"x\n", "line 2"), ("1A=x", "line 1"), ("A=1\n\nB=a\0b", "line 3"),
        ("A='x' y", "line 1"), ("FOO BAR=x", "line 1"), ("A=" + String(repeating: "x", count: 131_072), "line 1"),
    ])
    func whatIsWrongIsNamedByLine(_ text: String, _ place: String) {
        #expect {
            try parse(text)
        } throws: { ($0 as? AdapterError)?.message.contains(".env, \(place):") == true }
    }

    @Test func whatIsNoTextIsRefused() {
        #expect {
            try Dotenv.parse(Array("A=1\nB=".utf8) + [0xFF, 0xFE, 10], file: ".env")
        } throws: { ($0 as? AdapterError)?.message == ".env, line 2: it is not UTF-8 from here on" }
    }

    @Test func noErrorShowsWhatMayBeASecret() {
        for text in ["s3cret-canary=x", "A=\"s3cret-canary", "s3cret-canary"] {
            #expect {
                try parse(text)
            } throws: { ($0 as? AdapterError)?.message.contains("s3cret-canary") == false }
        }
    }

    @Test func largeValuesAreWhole() throws {
        let large = String(repeating: "x", count: 60_000)
        #expect(try parse("A='\(large)'\nB=ünïcödé 🚀")["A"] == large)
    }
}

struct ProcfileTests {
    private func parse(_ text: String) throws -> Procfile { try Procfile(Array(text.utf8), file: "Procfile") }

    @Test func linesMayEndAsOnWindows() throws {
        #expect(try parse("web: a\r\nworker: b\r\n").types.count == 2)
    }

    @Test func typesAndCommands() throws {
        let file = try parse("# comment\n\nweb: npm start -- --port $PORT\nmy_worker-2:  run: it\nrelease: migrate\n")
        #expect(file.types.map(\.description) == ["web", "my_worker-2"])
        #expect(try file.commands[ProcessType("my_worker-2")] == "run: it")
    }

    @Test(arguments: [
        ("web npm start", "line 1"), ("web: x\nweb: y", "line 2"), ("\nweb:", "line 2"), ("w b: x", "line 1"),
        ("", "names no process type"),
    ])
    func whatIsWrongIsNamedByLine(_ text: String, _ place: String) {
        #expect {
            try parse(text)
        } throws: { ($0 as? AdapterError)?.message.contains(place) == true }
    }
}

struct ShellWordsTests {
    @Test(arguments: [
        ("a b  c", ["a", "b", "c"]), (#"'a b' "c d" e\ f"#, ["a b", "c d", "e f"]), (#"x"y"'z'"#, ["xyz"]),
        (#"'' "" "#, ["", ""]), (#"$(id) `id` *"#, ["$(id)", "`id`", "*"]), (#""\"" '\'"#, ["\"", "\\"]), ("", []),
    ])
    func words(_ text: String, _ words: [String]) throws {
        #expect(try ShellWords.split(text, what: "it") == words)
    }

    @Test(arguments: ["'a", "\"a", "a 'b\" c"])
    func aQuoteThatIsNotClosedIsRefused(_ text: String) {
        #expect(throws: AdapterError.self) { try ShellWords.split(text, what: "it") }
    }

    @Test func variables() {
        let values = ["PORT": "80", "A_1": "x"]
        #expect(ShellWords.fillingIn("p $PORT ${A_1}y $NO ${PORT $ $5", values) == "p 80 xy $NO ${PORT $ $5")
    }
}

struct AppJSONTests {
    private func parse(_ text: String) throws -> AppJSON { try AppJSON(Array(text.utf8), file: "app.json") }

    @Test func commentsAndTrailingCommasAreAllowed() throws {
        let app = try parse(
            """
            { // a comment
              "formation": { "web": { "quantity": 2, "max_parallel": 3 } },
              "cron": [ { "command": "true", "schedule": "@daily", "concurrency_policy": "forbid" } ],
            }
            """)
        #expect(app.formation[.web]?.quantity == 2)
        #expect(app.formation[.web]?.maxParallel == 3)
        #expect(app.cron.first?.concurrency == .forbid)
    }

    @Test func checks() throws {
        let app = try parse(
            #"""
            {"healthchecks": {"web": [
              {"path": "/x", "content": "ok", "port": 3000, "attempts": 7, "wait": 2, "timeout": 9, "initialDelay": 1, "name": "n", "warn": true,
               "httpHeaders": [{"name": "A", "value": "b"}], "onFailure": {"url": "http://x", "command": ["y"]}},
              {"type": "readiness", "command": ["ls", "-l"]}, {"type": "liveness", "listening": true}, {"uptime": 4}
            ]}}
            """#)
        let checks = try #require(app.healthchecks[.web])
        #expect(checks.map(\.purpose) == [.startup, .readiness, .liveness, .startup])
        #expect(
            checks[0].probe
                == .http(
                    request: .init(path: "/x", scheme: "http", content: "ok", headers: [.init(name: "A", value: "b")])))
        #expect(checks[0].attempts == 7 && checks[0].wait == 2 && checks[0].timeout == 9 && checks[0].port == 3_000)
        #expect(checks[0].isWarning && checks[0].onFailure?.url == "http://x" && checks[0].onFailure?.command == ["y"])
        #expect(checks[1].probe == .command(words: ["ls", "-l"]) && checks[1].attempts == 3 && checks[1].timeout == 5)
        #expect(checks[2].probe == .listening && checks[3].probe == .uptime(seconds: 4))
    }

    @Test(arguments: [
        ("{\n \"a\": 1\n \"b\": 2 }", "line 3"),
        ("{\"formation\": {\"web\": {\"quantity\": \"two\"}}}", "formation.web.quantity"),
        ("[]", "app.json"), ("{\"formation\": {\"web\": {\"quantity\": -1}}}", "must not be negative"),
        ("{\"healthchecks\": {\"web\": [{\"type\": \"sometimes\"}]}}", "healthchecks.web[0]"),
        ("{\"healthchecks\": {\"web\": [{\"path\": \"/\", \"listening\": true}]}}", "path and listening"),
        ("{\"cron\": [{\"command\": \"x\", \"schedule\": \"often\"}]}", "cron[0].schedule"),
        ("{\"healthchecks\": {\"web\": [{\"wait\": 9223372036854775807}]}}", "wait 9223372036854775807"),
        ("{\"healthchecks\": {\"web\": [{\"initialDelay\": -1}]}}", "initialDelay -1"),
        ("{\"healthchecks\": {\"web\": [{\"attempts\": 1.5}]}}", "must be a whole number"),
    ])
    func whatIsWrongIsNamedByPlace(_ text: String, _ place: String) {
        #expect {
            try parse(text)
        } throws: { ($0 as? AdapterError)?.message.contains(place) == true }
    }
}

struct JSONSyntaxTests {
    @Test(arguments: ["{}", "[1, 2.5e3, -1, true, null, 'x']", "{a: 1, // c\n 'b': [/* d */], }", #"{"a": "\"}"}"#])
    func whatTheDecoderTakesHasNoProblem(_ text: String) {
        #expect(JSONSyntax.problem(in: Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("{", 1), ("{\n\"a\": 1\n\"b\": 2}", 3), ("[1,\n2", 2), ("{\"a\" 1}", 1), ("{}\n{}", 2), ("\"a\nb\"", 1),
        ("", 1),
        ("{\n/* x", 2), ("{\"a\":\n tru}", 2), (String(repeating: "[", count: 10_000), 1),
    ])
    func theLineOfAProblemIsFound(_ text: String, _ line: Int) {
        #expect(JSONSyntax.problem(in: Array(text.utf8))?.line == line)
    }
}

struct CronTests {
    /// The example of Dokku's own tests.
    @Test func idsAreDokkus() throws {
        #expect(CronSchedule.base36(Array("@daily;;;/bin/true".utf8)) == "5cruaotm4yzzpnjlsdunblj8qyjp")
        #expect(
            CronSchedule.id(app: try AppName("shop"), command: "true", schedule: "@daily", isBase64: true)
                == "c2hvcD09PXRydWU9PT1AZGFpbHk=", "as Dokku 0.26 to 0.28 have it")
    }

    @Test func schedules() {
        for text in ["* * * * *", "*/5 0-6 1,2 JAN mon", "@daily", "0-59/15 23 31 12 7"] {
            #expect(CronSchedule.isValid(text))
        }
        for text in [
            "", "* * * *", "* * * * * *", "@often", "* * * * ;rm", "61 * * * *", "* 24 * * *", "* * 0 * *",
            "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *", "1,,2 * * * *",
        ] { #expect(!CronSchedule.isValid(text)) }
    }
}

struct FormationTests {
    private func project(procfile: String?, appJSON: String = "{}") throws -> ProjectFiles {
        let folder = NSTemporaryDirectory() + "linkspan-formation-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let procfile { try Data(procfile.utf8).write(to: URL(fileURLWithPath: folder + "/Procfile")) }
        try Data(appJSON.utf8).write(to: URL(fileURLWithPath: folder + "/app.json"))
        return try ProjectFiles(folder: folder)
    }

    private func quantities(_ formation: Formation) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: formation.quantities.map { ($0.key.description, $0.value) })
    }

    @Test func aNewAppHasOneWeb() throws {
        let project = try project(procfile: "web: a\nworker: b\nrelease: c")
        #expect(quantities(try .current(kept: nil, project: project)) == ["web": 1, "worker": 0])
        #expect(quantities(try .current(kept: nil, project: try self.project(procfile: nil))) == ["web": 1])
    }

    @Test func whatWasScaledStays() throws {
        let kept = try Formation(parsing: ["web=3", "worker=2"])
        let project = try project(procfile: "web: a\nworker: b")
        #expect(quantities(try .current(kept: kept, project: project)) == ["web": 3, "worker": 2])
    }

    @Test func quantitiesOfAppJSONDecide() throws {
        let project = try project(procfile: "web: a\nworker: b", appJSON: #"{"formation":{"worker":{"quantity":4}}}"#)
        let kept = try Formation(parsing: ["web=3"])
        #expect(quantities(try .current(kept: kept, project: project)) == ["web": 0, "worker": 4])
    }

    @Test(arguments: ["web", "web=", "web=-1", "web=x", "web=1000000000", "=1", "w b=1"])
    func otherWordsAreRefused(_ word: String) {
        #expect(throws: AdapterError.self) { try Formation(parsing: [word]) }
    }
}
