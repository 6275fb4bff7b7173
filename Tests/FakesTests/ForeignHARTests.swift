import Foundation
import JSONDocument
import TestSupport
import Testing
import Traffic

struct ForeignHARTests {
    private static let importer = ForeignHAR(
        server: .init(product: "nomad", version: "1.1.0"), recorded: "2026-11-22")

    private static let proxied = """
        {"log": {"version": "1.2", "creator": {"name": "proxy", "version": "1"}, "entries": [
          {"request": {"method": "POST", "url": "http://127.0.0.1:4646/v1/jobs?namespace=default",
             "headers": [{"name": "X-Nomad-Token", "value": "fba083ca-26c8-58ef-4b51-ec619555af66"},
                         {"name": "User-Agent", "value": "curl"}], "queryString": [],
             "postData": {"mimeType": "application/json", "text":
               "{\\"Job\\": {\\"ID\\": \\"a\\", \\"Env\\": {\\"PORT\\": \\"5000\\", \\"KEY\\": \\"hunter22\\"}}}"}},
           "response": {"status": 200, "headers": [{"name": "Date", "value": "today"},
               {"name": "X-Nomad-Index", "value": "7"}], "content": {"mimeType": "application/json", "text":
               "{\\"EvalID\\": \\"8971a9ea-9c84-794a-56a7-2906f1242a0d\\", \\"SubmitTime\\": 1795388184706387050, \
        \\"By\\": \\"2026-11-22T22:56:21Z\\", \\"Said\\": \\"it is hunter22\\"}"}}},
          {"request": {"method": "GET", "url": "http://127.0.0.1:4646/v1/metrics", "headers": []},
           "response": {"status": 200, "headers": [], "content": {"text": "{}"}}}
        ]}}
        """

    @Test func whatDiffersFromRunToRunAndWhatIsSecretIsTakenOut() throws {
        let recording = try Self.importer.recording(Array(Self.proxied.utf8), title: "t")
        #expect(recording.exchanges.count == 1)
        let exchange = try #require(recording.exchanges.first)
        #expect(exchange.request.headers == [HTTPField("X-Nomad-Token", "‹secret:token›")])
        #expect(exchange.request.body.json?["Job"]?["Env"] == ["PORT": "5000", "KEY": "‹secret:KEY›"])
        #expect(exchange.response.headers == [HTTPField("X-Nomad-Index", "7")])
        #expect(
            exchange.response.body.json == [
                "EvalID": "00000000-0000-0000-0000-000000000001", "SubmitTime": 1_795_305_601_000_000_000,
                "By": "2026-11-22T00:00:00Z", "Said": "it is ‹secret:KEY›",
            ])
    }

    @Test func theSameFileGivesTheSameRecording() throws {
        let first = try Self.importer.recording(Array(Self.proxied.utf8), title: "t").har
        let second = try Self.importer.recording(Array(Self.proxied.utf8), title: "t").har
        #expect(first == second)
        #expect(try Recording(har: Array(first.utf8)).har == first)
    }

    /// Made new from a folder of what a proxy wrote; where there is none, the fixtures stay as they are.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["FOREIGN_HARS"] != nil),
        arguments: ["cluster", "deploy", "failures", "batch", "exec", "canary", "acl"])
    func fixturesAreMade(name: String) throws {
        let folder = ProcessInfo.processInfo.environment["FOREIGN_HARS"] ?? ""
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).har")))
        let har = try Self.importer.recording(bytes, title: name).har
        #expect(try Fixtures.expected("nomad/1.1.0/\(name).har", actual: har) == har)
    }
}
