import JSONDocument
import Testing

@testable import Scenarios

struct JSONPointerTests {
    @Test(
        arguments: [
            ("/a/0/b", "1"), ("/a/-/b", "2"), ("/a/[b=2]/c", "x"), ("/m~1n", "y"), ("/none", nil), ("/a/7", nil),
        ] as [(String, String?)])
    func places(pointer: String, value: String?) throws {
        let document: JSONValue = ["a": [["b": "1"], ["b": "2", "c": "x"]], "m/n": "y"]
        #expect(try JSONPointer(pointer).value(in: document)?.text == value)
    }

    @Test func aPointerBeginsWithASlash() {
        #expect(throws: ScenarioProblem.self) { try JSONPointer("a/b") }
    }
}
