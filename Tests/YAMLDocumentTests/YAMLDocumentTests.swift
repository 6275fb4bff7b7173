import JSONDocument
import Testing

@testable import YAMLDocument

struct YAMLDocumentTests {
    private func read(_ text: String, _ limits: YAMLDocument.Limits = .init()) throws -> JSONValue {
        try YAMLDocument.value(of: Array(text.utf8), limits: limits)
    }

    @Test(
        arguments: [
            ("yes", "yes"), ("12", 12), ("-3", -3), ("+7", 7), ("010", 10), ("0o17", 15), ("0x1F", 31), ("0x", "0x"),
            ("0x-1", "0x-1"), ("1.5", .number(1.5)), ("-.5e-1", .number(-0.05)), ("1.", .number(1)),
            ("1e3", .number(1000)),
            (".", "."), ("1e", "1e"), ("e3", "e3"), ("1_000", "1_000"), ("infinity", "infinity"), ("nan", "nan"),
            (".inf", ".inf"), ("1e999", "1e999"), ("99999999999999999999", .number(1e20)),
            ("~", .null), ("", .null), ("null", .null), ("Null", .null), ("nULL", "nULL"), ("True", true),
            ("FALSE", false),
            ("'12'", "12"), ("\"true\"", "true"), ("''", ""), ("\"a\\tb\\u00e9\"", "a\tb\u{e9}"),
            ("|\n a\n b\n", "a\nb\n"),
            (">\n a\n b\n", "a b\n"), ("!!str 12", "12"), ("!!int 12", 12), ("!!float 12", .number(12)),
            ("2021-01-01", "2021-01-01"), ("[1, a, [], {}]", [1, "a", [], [:]]), ("# nothing", .null),
            ("{\"a\": [true, null, \"x\"]}", ["a": [true, .null, "x"]]),
        ] as [(String, JSONValue)])
    func values(_ text: String, _ value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test func anchorsAndMergeKeys() throws {
        let text = """
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            one: {<<: *base, b: 5}
            two: {<<: [*base, *other]}
            same: *base
            """
        let value = try read(text)
        #expect(value["one"] == ["a": 1, "b": 5])
        #expect(value["two"] == ["a": 1, "b": 2, "c": 4])
        #expect(value["same"] == ["a": 1, "b": 2])
    }

    @Test func severalDocuments() throws {
        let documents = try YAMLDocument.documents(in: Array("a: &x 1\n---\nb: 2\n---\n".utf8))
        #expect(documents == [["a": 1], ["b": 2], .null])
        #expect(throws: YAMLProblem.self) { try read("---\na\n---\nb") }
        #expect(throws: YAMLProblem("the alias *x has no anchor before it", line: 3, column: 1)) {
            try YAMLDocument.documents(in: Array("a: &x 1\n---\n*x".utf8))
        }
    }

    @Test(arguments: [
        ("a: 1\nb: [1", 3, 1), ("a: 1\na: 2", 2, 1), ("a:\n\t- 1", 2, 1), ("a: *nowhere", 1, 4), ("? [a]\n: 1", 1, 3),
        ("a: &a [*a]", 1, 8), ("<<: 1", 1, 5), ("a: !!int x", 1, 4), ("a: !secret x", 1, 4), ("a: b: c", 1, 5),
        ("a: \"\\q\"", 1, 5),
    ])
    func problemsNameTheirPlace(_ text: String, _ line: Int, _ column: Int) {
        let problem = #expect(throws: YAMLProblem.self) { try read(text) }
        #expect(problem?.line == line && problem?.column == column, "\(problem.map { "\($0)" } ?? "")")
    }

    @Test func bytesThatAreNoText() {
        let problem = #expect(throws: YAMLProblem.self) {
            try YAMLDocument.value(of: Array("a: 1\nb: ".utf8) + [0xFF, 0xFE])
        }
        #expect(problem?.line == 2 && problem?.column == 4)
        #expect(throws: YAMLProblem.self) { try YAMLDocument.value(of: [0, 1, 2]) }
    }

    @Test func aSmallTextStaysSmall() {
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            laughs += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let problem = #expect(throws: YAMLProblem.self) { try read(laughs) }
        #expect(problem?.text == "it has more than 200000 values")
        let many = String(repeating: "- a\n", count: 11)
        #expect(throws: YAMLProblem.self) { try read(many, .init(nodes: 11)) }
        #expect(throws: Never.self) { try read(many, .init(nodes: 12)) }
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
        #expect(throws: Never.self) { try read(String(deep.dropFirst().dropLast())) }
        #expect(throws: YAMLProblem.self) { try read("[" + deep + "]") }
        #expect(throws: YAMLProblem.self) { try read(String(repeating: "[", count: 1_000_000)) }
        // By aliases, no text is nested deeply.
        let chain = "- &a0 []\n" + (1...200).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
        let problem = #expect(throws: YAMLProblem.self) { try read(chain) }
        #expect(problem?.text == "it is nested deeper than 100 levels")
    }

    /// Whatever the bytes, there is a value or a problem.
    @Test func damagedTexts() {
        let text = Array(
            """
            %YAML 1.2
            ---
            a: &x {b: [1, 'two', "th\\x65"], c: |
              text
            , d: !!int 3}
            ? e
            : *x
            <<: [*x]
            ...
            """.utf8)
        var random = SplitMix(state: 7)
        for _ in 0..<5_000 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(damaged[Int.random(in: 0..<damaged.count, using: &random)], at: place)
                }
            }
            do {
                _ = try YAMLDocument.documents(in: damaged).map(\.compact)
            } catch let problem as YAMLProblem {
                #expect(problem.line >= 1 && problem.column >= 1)
            } catch {
                Issue.record(error)
            }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
