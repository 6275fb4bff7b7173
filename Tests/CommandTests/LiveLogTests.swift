import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: LiveEngine.isAvailable, "no Docker Engine"))
struct LiveLogTests {
    private let talker = "talk: sh -c 'for i in $(seq 1 5); do echo line $i of $DYNO; done; exec sleep 1000'"
    private let checks = #"{"healthchecks": {"talk": [{"uptime": 1}]}}"#

    @Test func linesOfAllInstancesWithTimeAndName() async throws {
        try await LiveApp.with(procfile: talker, appJSON: checks, scale: "talk=2") { app in
            try await app.deployed()
            let lines = try await app.run("logs", app.name).lines
            #expect(lines.count == 10)
            let expected = /\x{1B}\[3[0-9]m\d{4}-\d\d-\d\dT[0-9:.]+Z app\[talk\.[12]\]:\x{1B}\[0m line \d of talk\.[12]/
            for line in lines { #expect(line.wholeMatch(of: expected) != nil, "\(line)") }
            #expect(try await app.run("logs", app.name, "-n", "2").lines.count == 4)
            #expect(try await app.run("logs", app.name, "-p", "talk.2", "-q", "-n", "1").output == "line 5 of talk.2\n")
            #expect(try await app.run("logs", app.name, "-p", "talk.3").status == 1)
            #expect(try await app.run("logs", app.name, "-p", "web").status == 1)
        }
    }

    @Test func noLineIsLost() async throws {
        let procfile = "talk: sh -c 'i=0; while [ $i -lt 20000 ]; do echo $DYNO $i; i=$((i+1)); done; exec sleep 1000'"
        try await LiveApp.with(
            procfile: procfile, appJSON: #"{"healthchecks": {"talk": [{"uptime": 3}]}}"#, scale: "talk=2"
        ) { app in
            try await app.deployed()
            let lines = try await app.run("logs", app.name, "-q", "-n", "1000000").lines
            #expect(lines.count == 40_000)
            #expect(lines.filter { $0.hasPrefix("talk.1 ") }.enumerated().allSatisfy { $1 == "talk.1 \($0)" })
        }
    }

    @Test func longLinesAreWhole() async throws {
        let procfile =
            "talk: sh -c 'i=0; while [ $i -lt 6000 ]; do printf 0123456789; i=$((i+1)); done; echo; printf end; exec sleep 1000'"
        try await LiveApp.with(
            procfile: procfile, appJSON: #"{"healthchecks": {"talk": [{"uptime": 2}]}}"#, scale: "talk=1"
        ) { app in
            try await app.deployed()
            let expected = String(repeating: "0123456789", count: 6_000) + "\n"
            // The engine itself holds back what is not ended yet.
            #expect(try await app.run("logs", app.name, "-q").output == expected)
        }
    }

    @Test func followingGoesOnAcrossInstances() async throws {
        let procfile = "talk: sh -c 'while true; do echo $DYNO; sleep 0.2; done'"
        try await LiveApp.with(procfile: procfile, appJSON: checks, scale: "talk=1") { app in
            try await app.run("ps:set", app.name, "stop-timeout-seconds", "1")
            try await app.deployed()
            let result = try await app.run("logs", app.name, "--tail") { program in
                try await Task.sleep(for: .milliseconds(500))
                try await app.run("ps:scale", app.name, "talk=2")
                try await Task.sleep(for: .milliseconds(700))
                try await app.run("ps:scale", app.name, "talk=1")
                try await app.eventually("the second one is gone") { try await app.containers().count == 1 }
                try await Task.sleep(for: .milliseconds(700))
                program.kill(SIGINT)
            }
            #expect(result.status == 130)
            let lines = result.lines
            #expect(lines.contains { $0.contains("app[talk.2]:") }, "a new one joins")
            let end = try #require(lines.firstIndex { $0.contains("talk.2 has ended") }, "a gone one ends with a line")
            #expect(lines[end...].contains { $0.contains("app[talk.1]:") }, "the others go on")
        }
    }

    @Test func nobodyIsKeptByAReaderThatHasLeft() async throws {
        let chatter = "talk: sh -c 'while true; do echo talk; sleep 0.1; done'"
        try await LiveApp.with(procfile: chatter, appJSON: checks, scale: "talk=1") { app in
            try await app.deployed()
            let path = Binary.path
            let start = ContinuousClock.now
            let result = try await Tool.run(
                "sh", "-c",
                "LINKSPAN_HOME=\(app.binary.home.path) timeout 20 \(path) logs \(app.name) --tail | head -1 | wc -l")
            #expect(result.output.contains("1") && result.status == 0)
            #expect(ContinuousClock.now - start < .seconds(15), "the reader that has left is noticed")
        }
    }
}
