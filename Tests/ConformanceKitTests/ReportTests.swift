import AdapterKit
import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Conformance

struct ReportTests {
    private let report = Sample.report(
        Sample.subject([
            Sample.outcome("deploy.a", .passed), Sample.outcome("run.a", .declined, reason: "not claimed: run"),
            Sample.outcome(
                "deploy.b", .failed, reason: Sample.nasty, requests: ["GET /<x>&y → 404"], output: Sample.nasty),
            Sample.outcome("deploy.c", .error, reason: "the backend could not be had"),
            Sample.outcome("deploy.d", .skipped, reason: "excluded by the caller"),
        ]))

    // MARK: JSON

    @Test func jsonComesBack() throws {
        #expect(try Report(json: report.json()) == report)
        #expect(try Report(json: report.json()).json() == report.json())
    }

    @Test func otherSchemasAndOtherFilesAreRefused() throws {
        #expect(throws: AdapterError.self) { try Report(json: Array(#"{"schema": 2, "runs": []}"#.utf8)) }
        #expect(throws: AdapterError.self) { try Report(json: Array("<html>".utf8)) }
        #expect(throws: AdapterError.self) { try Report(json: Array(#"{"schema": 1}"#.utf8)) }
    }

    @Test func mergingKeepsEveryRun() throws {
        let other = Sample.report(Sample.subject([Sample.outcome("deploy.a", .passed)], name: "null"))
        let merged = Report.merging([report, other, report])
        #expect(merged.runs.count == 3)
        #expect(merged.subjects.map(\.name) == ["swarm", "null", "swarm"])
        #expect(merged.counts.total == 11)
        #expect(try Report(json: merged.json()) == merged)
    }

    @Test func theCommandCanBeTypedAgain() {
        #expect(report.runs[0].command == "linkspan-conformance check './my adapter'")
        let words = [
            "/x/kit", "check", "null", "--report", "a.json", "--case", "it's*", "--report=b.html", "--level", "",
        ]
        #expect(CommandText.reproducing(words) == #"kit check null --case 'it'\''s*' --level ''"#)
        #expect(CommandText.reproducing([]) == "")
    }

    // MARK: JUnit

    @Test func junitIsWellFormedWhateverIsInIt() throws {
        let reader = Reader(report.junit())
        #expect(reader.isWellFormed)
        #expect(
            reader.counts == ["testsuites": 1, "testsuite": 1, "testcase": 5, "failure": 1, "error": 1, "skipped": 2])
        let message = #"<b>&amp; "quoted" 'ticked'</b> ]]> "# + "\u{FFFD}\u{FFFD}[31m\u{FFFD} \u{1F44B}"
        #expect(reader.attributes["failure"]?["message"] == message)
        #expect(reader.attributes["testsuite"]?["failures"] == "1")
        #expect(reader.attributes["testsuite"]?["time"] == "1.250")
        #expect(reader.text.contains("second <line>"))
        #expect(reader.text.contains("GET /<x>&y → 404"))
    }

    // MARK: HTML

    @Test func thePageEscapesEverything() throws {
        var report = report
        report.runs[0].subjects[0].name = "<i>swarm</i>"
        report.runs[0].command = Sample.nasty
        report.runs[0].subjects[0].servers[0].product = "<script>alert(1)</script>"
        let page = report.html()
        for raw in ["<i>swarm", "<script", "second <line>", "<b>&amp;", "\u{1B}"] {
            #expect(!page.contains(raw), "\(raw)")
        }
        #expect(page.contains("&lt;i&gt;swarm&lt;/i&gt;"))
        #expect(page.contains("second &lt;line&gt;"))
    }

    @Test func thePageNeedsNothingElse() {
        let page = report.html()
        for outside in ["http://", "https://", "<script", "<link", "@import", "url(", "<img"] {
            #expect(!page.contains(outside), "\(outside)")
        }
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("swarm is not conformant"))
        #expect(page.contains("Docker Engine 20.10.24, recorded answers of a real server"))
    }

    @Test func thePageIsWellFormed() throws {
        let page = report.html().replacing("<!doctype html>", with: "")
            .replacing(#"<meta charset="utf-8">"#, with: "")
        let body = try #require(page.range(of: "<body>").map { page[$0.lowerBound...] })
        #expect(Reader(String(body).replacing("</html>", with: "")).isWellFormed)
    }

    @Test func anEmptyReportIsAPageToo() {
        #expect(Report(runs: []).html().contains("Nothing was checked"))
        #expect(Reader(Report(runs: []).junit()).isWellFormed)
    }

    // MARK: the terminal

    @Test func theLastLineCounts() {
        let lines = report.closing.split(separator: "\n")
        #expect(lines.last == "2 passed, 2 failed, 1 skipped")
        #expect(lines.first == "1 declined, which counts as passed: 1 not claimed: run")
    }

    @Test func aSummaryHasALineAChapterAndWhatWentWrong() {
        let lines = report.subjects[0].summary.split(separator: "\n").map(String.init)
        #expect(lines[0] == "=====> swarm, program, against Docker Engine 20.10.24, recorded answers of a real server")
        #expect(lines[1] == " !     deploy  1 passed, 1 failed, 1 broken by the kit, 1 skipped")
        #expect(lines[2] == "       run     1 declined")
        #expect(lines.contains(" !     deploy.c: It does deploy.c."))
        #expect(lines.contains("           the backend could not be had"))
        #expect(lines.last == "       not conformant: 1 promise was broken, the kit itself failed in 1 case")
    }

    @Test func progressIsOneLine() {
        let written = Synchronized("")
        let line = ProgressLine(total: 272, isShown: true) { written.value += $0 }
        line.show(Sample.outcome("deploy.first", .passed))
        #expect(written.value == "\r\u{1B}[K[  1/272] deploy.first")
        let silent = ProgressLine(total: 2, isShown: false) { written.value += $0 }
        written.value = ""
        silent.show(Sample.outcome("deploy.first", .passed))
        silent.clear()
        #expect(written.value == "")
    }

    // MARK: files and the program

    @Test func aFilesNameSaysItsForm() throws {
        #expect(try ReportFile("a/b.JSON").form == .json)
        #expect(try ReportFile("junit.xml").form == .xml)
        #expect(throws: AdapterError.self) { try ReportFile("html") }
        #expect(throws: AdapterError.self) { try ReportFile("report.pdf") }
    }

    @Test func theProgramWritesAndMergesReports() async throws {
        let folder = try Scratch()
        let kit = try #require(KitProgram.path)
        let (json, page) = (folder.path + "/a.json", folder.path + "/a.html")
        let checked = try await Tool.run(
            kit, "check", "null", "--case", "contract.*", "--report", json, "--report", page, "--report",
            folder.path + "/a.xml")
        #expect(checked.status == 0, "\(checked.error)")
        #expect(checked.lines.last?.hasSuffix(" passed, 0 failed, 0 skipped") == true)
        #expect(folder.names() == ["a.html", "a.json", "a.xml"])
        let read = try ReportFile.read(json)
        #expect(read.subjects.count == 2)
        let merged = try await Tool.run(kit, "report", "merge", json, json, "--report", page)
        #expect(merged.status == 0, "\(merged.error)")
        #expect(folder.read("a.html")?.contains("None of 4 subjects is conformant") == true)
        let wrong = try await Tool.run(kit, "check", "null", "--report", "report.pdf")
        #expect(wrong.status != 0)
        #expect(wrong.error.contains(".json, .xml (JUnit) or .html"))
    }
}

/// Reads XML as any reader would.
private final class Reader: NSObject, XMLParserDelegate {
    private(set) var counts: [String: Int] = [:]
    private(set) var attributes: [String: [String: String]] = [:]
    private(set) var text = ""
    private(set) var isWellFormed = false

    init(_ document: String) {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
        counts = counts.filter { $0.key != "properties" && $0.key != "property" }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes found: [String: String]
    ) {
        counts[name, default: 0] += 1
        attributes[name] = found
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
