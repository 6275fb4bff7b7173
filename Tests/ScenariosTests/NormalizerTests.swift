import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Scenarios

struct NormalizerTests {
    /// What a server might answer on one run, with everything in it that differs on the next.
    private func exchanges(uid: String, version: Int, suffix: String, time: String, address: String) -> [Exchange] {
        let pod: JSONValue = [
            "metadata": [
                "uid": .string(uid), "resourceVersion": .string(String(version)), "generateName": "web-",
                "name": .string("web-" + suffix), "creationTimestamp": .string(time), "managedFields": [[:]],
            ],
            "status": [
                "podIP": .string(address), "message": .string("pod web-\(suffix) at \(address) is (\(uid))"),
            ],
        ]
        return [
            Exchange(
                step: "a", request: RequestRecord("GET", "/pods"),
                response: ResponseRecord(
                    200, headers: [HTTPField("date", time), HTTPField("content-type", "application/json")],
                    body: .json(pod))),
            Exchange(
                step: "b",
                request: RequestRecord(
                    "GET", "/pods/web-\(suffix)/log",
                    query: [QueryField(name: "resourceVersion", value: String(version))]),
                response: ResponseRecord(200, body: .text("\(time) line of \(address)\n"))),
        ]
    }

    @Test func twoRunsAreTheSame() {
        let normalizer = Normalizer(.kubernetes)
        let first = normalizer.normalized(
            exchanges(
                uid: "0dc61b1e-1111-2222-3333-444455556666", version: 712, suffix: "x7k2m",
                time: "2026-11-23T04:00:00Z",
                address: "172.17.0.4"))
        let second = normalizer.normalized(
            exchanges(
                uid: "9ab61b1e-1111-2222-3333-444455557777", version: 98_123, suffix: "zzq9b",
                time: "2027-01-02T03:04:05Z", address: "172.17.0.12"))
        #expect(first == second)
    }

    @Test func theSameThingHasTheSameNameEverywhere() throws {
        let made = Normalizer(.kubernetes).normalized(
            exchanges(
                uid: "0dc61b1e-1111-2222-3333-444455556666", version: 712, suffix: "x7k2m",
                time: "2026-11-23T04:00:00Z",
                address: "172.17.0.4"))
        let pod = try #require(made[0].response.body.json)
        #expect(made[1].request.path == "/pods/web-00001/log")
        #expect(made[1].request.query == [QueryField(name: "resourceVersion", value: "1001")])
        #expect(
            pod["status"]?["message"] == "pod web-00001 at 10.0.0.1 is (00000000-0000-0000-0000-000000000001)")
        #expect(pod["metadata"]?["managedFields"] == nil)
        #expect(made[0].response.headers == [HTTPField("Content-Type", "application/json")])
    }

    @Test func frameTimesAreRounded() {
        let frames = [(10, 0), (249, 0), (250, 500), (700, 500), (800, 1_000)]
        let exchange = Exchange(
            step: "", request: RequestRecord("GET", "/"),
            response: ResponseRecord(200, frames: frames.map { Frame(time: $0.0, .received, "raw", .text("x")) }))
        let made = Normalizer(.kubernetes).normalized([exchange])
        #expect(made[0].response.frames.map(\.time) == frames.map(\.1))
    }

    @Test(arguments: [
        ("#########", "see 0abc12345 there", true), ("####", "abcde", false), ("pid 9+", "pid 4711 died", true),
        ("-token-*****", "default-token-x7k2m", true), ("-token-*****", "a-token-x7k2mm", false),
    ])
    func patterns(pattern: String, text: String, isThere: Bool) {
        let bytes = Array(text.utf8)
        #expect(bytes.indices.contains { TextPattern(pattern).end(in: bytes, at: $0) != nil } == isThere)
    }

    @Test func onlyTimesDifferAndTheOldFileStays() {
        func recording(_ day: String, _ time: Int, _ text: String) -> Recording {
            Recording(
                title: "t", provenance: .recorded, server: .init(product: "p", version: "1"), recorded: day,
                creator: "1", redaction: 1,
                exchanges: [
                    Exchange(
                        step: "", request: RequestRecord("GET", "/"),
                        response: ResponseRecord(200, frames: [Frame(time: time, .received, "raw", .text(text))]))
                ])
        }
        let old = recording("2026-01-01", 0, "a")
        #expect(recording("2026-02-02", 500, "a").settled(over: old) == old)
        #expect(recording("2026-02-02", 500, "b").settled(over: old) != old)
    }
}
