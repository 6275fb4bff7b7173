import JSONDocument
import TestSupport
import Testing

@testable import Scenarios

struct ScenarioTests {
    @Test(arguments: [
        ("[]", "the scenario is no object"),
        (#"{"title": "a", "purpose": "b", "steps": []}"#, "the scenario has no steps"),
        (#"{"title": "a", "purpose": "b", "steps": [{"method": "GET"}]}"#, "step 1: 'path' is missing"),
        (
            #"{"title": "a", "purpose": "b", "steps": [{"name": "x", "path": "/", "methd": "GET"}]}"#,
            "step 1 (x): nothing is known of 'methd'"
        ),
        (
            #"{"title": "a", "purpose": "b", "steps": [{"path": "/", "method": "LOOK"}]}"#,
            "step 1: there is no method LOOK"
        ),
        (
            #"{"title": "a", "purpose": "b", "steps": [{"path": "/", "until": {"equals": 1}}]}"#,
            "step 1, until: there is neither a pointer nor a status"
        ),
        (
            #"{"title": "a", "purpose": "b", "steps": [{"path": "/", "expect": ["yes"]}]}"#,
            #"step 1: expect: "yes" is no whole number"#
        ),
    ])
    func mistakesAreNamed(text: String, message: String) {
        #expect(throws: ScenarioProblem(message)) { try Scenario(parsing: Array(text.utf8)) }
    }

    @Test(arguments: ["kubernetes", "registry"])
    func allOfOursCanBeRead(backend: String) throws {
        let names = try Fixtures.names("scenarios/" + backend, ending: ".json")
        #expect(!names.isEmpty)
        for name in names {
            let scenario = try Scenario(parsing: Fixtures.bytes("scenarios/\(backend)/\(name).json"))
            #expect(scenario.title == "\(backend).\(name)")
        }
    }

    @Test func capturedValuesAreFilledIn() throws {
        var captured = Captured(secrets: ["password": "hush"])
        captured.keep("7", as: "number", isSecret: false)
        #expect(try captured.filled("/a/{{number}}/{{password}}") == "/a/7/hush")
        #expect(throws: ScenarioProblem("nothing was captured as 'other'")) { try captured.filled("{{other}}") }
    }
}
