import JSONDocument
import TestSupport
import Testing

@testable import Nomad

/// What a real server made of jobs, and how it compared them.
struct RecordedJobTests {
    private struct Exchange {
        var line: String
        var asked: JSONValue?
        var answered: JSONValue?
    }

    private static func exchanges(_ name: String) throws -> [Exchange] {
        let recording = try JSONValue(parsing: Fixtures.bytes("nomad/1.1.0/\(name).har"))
        func document(_ part: JSONValue?) -> JSONValue? {
            part?["_json"] ?? (part?["text"]?.text).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        }
        return (recording["log"]?["entries"]?.items ?? []).map { entry in
            let address = entry["request"]?["url"]?.text ?? ""
            let path = address.firstRange(of: "/v1/").map { address[$0.lowerBound...] } ?? ""
            return Exchange(
                line: "\(entry["request"]?["method"]?.text ?? "") \(path)",
                asked: document(entry["request"]?["postData"]), answered: document(entry["response"]?["content"]))
        }
    }

    /// The server's defaults are no difference; another image, another count or a missing group is.
    @Test func aRegisteredJobSaysWhatItWasToldToSay() throws {
        let exchanges = try Self.exchanges("deploy")
        let job = try #require(exchanges.first { $0.line == "POST /v1/jobs" }?.asked?["Job"])
        let live = try #require(
            exchanges.first { $0.line.hasPrefix("GET /v1/job/") && $0.answered?["TaskGroups"]?.items != nil })
        #expect(JobSameness.covers(live.answered, job))
        for change in [#""Count":2"#, #""MemoryMB":32"#, #""image":"bb:1""#] {
            let other = job.compact.split(separator: change, omittingEmptySubsequences: false).joined(
                separator: #""X":1"#)
            #expect(other != job.compact)
            #expect(!JobSameness.covers(live.answered, try JSONValue(parsing: Array(other.utf8))), "\(change)")
        }
    }

    @Test func theServersComparisonIsReadable() throws {
        let diffs = try Self.exchanges("deploy").compactMap { $0.answered?["Diff"] }
        let lines = diffs.map { JobDifference(mask: JobMask(mark: "***")).lines($0) }
        #expect(lines.first?.contains("+ web.Count: 2") == true)
        #expect(lines.first?.contains("+ web.Network.Dynamic Port.To: 5000") == true)
        #expect(lines.first?.contains("+ web.web.Env[PORT]: 5000") == true)
        #expect(lines.last == ["+ web.web.Env[RELEASE]: ***"])
    }
}
