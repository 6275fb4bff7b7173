import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import DokkuIO

struct LedgerTests {
    private let scratch: Scratch
    private let layout: DokkuLayout
    private let app: AppName
    private let ledger: Ledger

    private static let path = "lib/data/linkspan/shop/releases.jsonl"

    init() throws {
        scratch = try Scratch()
        layout = DokkuLayout(root: scratch.path + "/apps", library: scratch.path + "/lib", origin: "x")
        app = try AppName("shop")
        ledger = Ledger(layout, app)
        try AppStore(layout).create(app)
    }

    private func begin(_ image: String) throws -> Int {
        var fact = Release.Begun(id: "d" + image, at: "2026-01-02T03:04:05Z")
        fact.reason = "deploy"
        fact.image = .init(reference: "shop:" + image, id: "sha256:" + image)
        fact.scale = ["web": 2]
        return try ledger.begin(fact, .current(app, layout))
    }

    private func end(_ number: Int, _ outcome: Release.Outcome = .succeeded) throws {
        try ledger.end(.init(number: number, at: "2026-01-02T03:04:06Z", outcome: outcome, seconds: 1.5))
    }

    private func setLive(_ number: Int) throws {
        try Properties(layout, plugin: "linkspan").set("release", to: "\(number)", .app(app))
    }

    private var text: String { scratch.read(Self.path) ?? "" }

    private func outcomes() throws -> [Release.Outcome] { try ledger.history().releases.map(\.outcome) }

    @Test func releasesAreNumberedAndToldOfAsTheyEnded() throws {
        #expect(try ledger.history() == ReleaseHistory([], live: nil, isDeploying: false))
        try end(begin("1"))
        try setLive(1)
        try end(begin("2"), .failed)
        #expect(try begin("3") == 3)
        #expect(try outcomes() == [.succeeded, .failed, .interrupted])
        #expect(try ledger.history().live == 1)
        let lock = try FileLock.take(layout.app(app, ".deploy.lock"), note: "").get()
        #expect(try outcomes().last == .deploying, "somebody holds the lock")
        lock.release()
        #expect(try begin("4") == 4)
        #expect(try ledger.history()[3]?.ended?.outcome == "interrupted", "whoever comes next closes it")
        try setLive(4)
        #expect(try outcomes().last == .succeeded, "it was killed after it had taken over")
        try end(begin("4"))
        try setLive(5)
        #expect(try ledger.history().previous?.number == 1, "4 and 5 deploy the same")
    }

    @Test func aLedgerThatWasCutAnywhereTellsItsWholeLines() throws {
        for image in ["1", "2"] { try end(begin(image)) }
        let whole = Array(text.utf8)
        var lines = 0
        for count in 0...whole.count {
            if count > 0, whole[count - 1] == UInt8(ascii: "\n") { lines += 1 }
            try Data(whole[..<count]).write(to: URL(filePath: scratch.path + "/" + Self.path))
            // A header, and for each release its begin and its end.
            let expected: [[Release.Outcome]] = [
                [], [], [.interrupted], [.succeeded], [.succeeded, .interrupted], [.succeeded, .succeeded],
            ]
            #expect(try outcomes() == expected[lines], "cut after \(count) bytes")
            guard [0, 1].contains(whole.count - count) || whole[count] == UInt8(ascii: "b") else { continue }
            let number = try begin("3")
            #expect(number == expected[lines].count + 1, "no number is given twice")
            #expect(try outcomes().count == number)
            let text = text
            #expect(text.hasSuffix("}\n") && !text.contains("}{"), "what was half written is gone")
        }
    }

    @Test func whatOtherVersionsWroteIsKeptAndIgnored() throws {
        let foreign = #"{"format":7,"kind":"praise","number":2,"of":"x"}"#
        let early = #"{"format":1,"kind":"begun","number":1,"id":"a","at":"2025-01-01T00:00:00Z"}"#
        let later = #"{"format":2,"kind":"begun","number":2,"id":"b","at":"2026-01-01T00:00:00Z","mood":{"a":[1]}}"#
        let ending = #"{"format":2,"kind":"ended","number":2,"at":"2026-01-01T00:00:01Z","outcome":"sublimated"}"#
        let general = #"{"format":7,"kind":"note"}"#
        try scratch.write(
            [early, foreign, "no JSON", later, ending, general].map { $0 + "\n" }.joined(), to: Self.path)
        #expect(try outcomes() == [.interrupted, .unknown])
        #expect(try begin("3") == 3)
        #expect(try ledger.keep(2) == [2, 3])
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first?.contains(#""next":4"#) == true)
        for line in [foreign, later, ending, general, "no JSON"] { #expect(lines.contains(line)) }
        #expect(!lines.contains(early))
    }

    @Test func oldReleasesAreForgottenButNotTheLiveOneAndNoNumberComesTwice() throws {
        try scratch.write("SECRET=s3cr3t\n", to: "lib/config/shop/ENV")
        for image in 1...5 { try end(begin("\(image)")) }
        try setLive(2)
        let print = try ledger.fingerprint("a")
        #expect(try ledger.keep(2) == [2, 4, 5])
        #expect(try ledger.files(of: 1) == nil)
        #expect(try ledger.files(of: 2)?.files["config"] == Data("SECRET=s3cr3t\n".utf8))
        #expect(!text.contains("s3cr3t"))
        #expect(try ledger.fingerprint("a") == print, "the same in one ledger")
        #expect(try Ledger(layout, AppName("other")).fingerprint("a") != print, "and in no other")
        for name in ["releases.jsonl", "release-2.json"] {
            let facts = try FileManager.default.attributesOfItem(
                atPath: scratch.path + "/lib/data/linkspan/shop/" + name)
            #expect((facts[.posixPermissions] as? Int) == 0o600)
        }
        for number in try ledger.keep(1) where number != 2 { #expect(number == 5) }
        try scratch.write("", to: "lib/data/linkspan/shop/releases.jsonl.note")
        #expect(try begin("6") == 6)
    }

    @Test func goingBackPutsAllFilesOfAReleaseInPlaceAndTakesThemAwayAgain() throws {
        try scratch.write("A=1\n", to: "lib/config/shop/ENV")
        try scratch.write("web: a\n", to: "lib/data/ps/shop/Procfile")
        try scratch.write("web", to: "lib/config/checks/shop/skipped")
        let old = try ReleaseFiles.current(app, layout)
        try scratch.write("A=2\n", to: "lib/config/shop/ENV")
        try scratch.write("{}", to: "lib/data/app-json/shop/app.json")
        try scratch.write("_all_", to: "lib/config/checks/shop/disabled")
        try StateFiles.remove(layout.properties("checks", .app(app)) + "/skipped")
        let new = try ReleaseFiles.current(app, layout)
        #expect(new != old)

        #expect(try Restoring.pending(app, layout)?.images == nil)
        for live in [nil, 3] {
            try Restoring.begin(app, layout, images: ["dokku/shop:latest": "sha256:2"]).apply(old)
            #expect(try ReleaseFiles.current(app, layout) == old)
            // What a process that was killed here leaves to the next, before the release took over and after it.
            if let live { try setLive(live) }
            let left = try #require(try Restoring.pending(app, layout))
            #expect(try left.hasTakenOver() == (live != nil))
            #expect(left.images == ["dokku/shop:latest": "sha256:2"])
            try left.hasTakenOver() ? left.finish() : left.takeBack()
            #expect(try ReleaseFiles.current(app, layout) == (live == nil ? new : old))
            #expect(try Restoring.pending(app, layout)?.images == nil)
        }
    }

    @Test func aReleaseIsKeptAsItWillBe() throws {
        try scratch.write("web: a\n", to: "project/Procfile")
        try scratch.write("A=1\n", to: "project/.env")
        try scratch.write("web: old\n", to: "lib/data/ps/shop/Procfile")
        try scratch.write("{}", to: "lib/data/app-json/shop/app.json")
        let project = try ProjectFiles(folder: scratch.path + "/project")
        let release = KeptRelease(
            image: try ImageReference("shop:1"), formation: Formation([.web: 2]), project: project,
            scheduler: "docker-local")
        let files = try ReleaseFiles.upcoming(release, app, layout).files
        #expect(
            files == [
                "Procfile": Data("web: a\n".utf8), "config": Data("A=1\n".utf8), "ps/scale": Data("web=2\n".utf8),
            ], "the project has no app.json any more")
    }
}
