import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import Conformance

/// What the articles show is what there is.
struct DocumentationTests {
    private static let guide = "AnAdapterInAnyLanguage.md"

    @Test func swiftIsCompiled() throws {
        let root = Fixtures.folder + "/Tests/Examples"
        let files = (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(".swift") }
        let sources = try files.map { try String(contentsOfFile: root + "/" + $0, encoding: .utf8) }
        let blocks = try Documentation.blocks("WritingAnAdapter.md", "swift")
        #expect(blocks.count == 5)
        for block in blocks { #expect(sources.contains { $0.contains(block) }, "\(block) is in no source") }
    }

    @Test func documentsCanBeRead() throws {
        let blocks = try Documentation.blocks(Self.guide, "json").map { Array($0.utf8) }
        #expect(blocks.count == 5)
        let manifest = try JSONDecoder().decode(ProgramManifest.self, from: Data(blocks[0]))
        #expect(manifest.settings.map(\.name) == ["region"])
        let deployment = try #require(try WireRequest(decoding: blocks[1]).deployment)
        #expect(deployment.processes.first?.checks.healthchecks.count == 1)
        #expect(try WireResult(decoding: blocks[2]).superseded?.count == 1)
        #expect(try WireResult(decoding: blocks[3]).states?.count == 2)
        #expect(try WireResult(decoding: blocks[4]).error?.code == .rolloutFailed)
    }

    /// A request that is encoded again has no field that the article does not show.
    @Test func theRequestIsShownWhole() throws {
        let shown = try #require(try Documentation.blocks(Self.guide, "json").dropFirst().first)
        let encoded = String(decoding: try WireRequest(decoding: Array(shown.utf8)).encoded(), as: UTF8.self)
        let names = encoded.matches(of: /"([A-Za-z]+)":/).map { String($0.output.1) }
        for name in Set(names) { #expect(shown.contains("\"\(name)\":"), "\(name) is not shown") }
    }

    @Test func everyCallIsInTheTable() throws {
        let text = try Documentation.text(Self.guide)
        for call in AdapterCall.allCases { #expect(text.contains("`\(call.rawValue)`"), "\(call.rawValue)") }
    }

    @Test func shellIsThatOfTheExample() throws {
        let example = try Fixtures.text("executables/sh/adapter")
        let parts = try Documentation.blocks(Self.guide, "sh").filter { $0.hasPrefix("# ") }
        #expect(parts.count == 3)
        for part in parts { #expect(example.contains(part), "\(part) is not in the example") }
    }

    @Test func theSmallestAdapterKeepsItsPromisesAndTheCommandsWork() async throws {
        let folder = try Scratch()
        let blocks = try Documentation.blocks(Self.guide, "sh")
        let json = try Documentation.blocks(Self.guide, "json")
        try folder.write(#require(json.first), to: "my-adapter/adapter.json")
        let program = try folder.write(#require(blocks.first { $0.hasPrefix("#!/bin/sh") }), to: "my-adapter/adapter")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let commands = blocks.filter { !$0.hasPrefix("#") }
        #expect(commands.count == 2)
        for command in commands {
            let result = try await Self.shell(command, in: folder.path)
            #expect(result.status == 0, "\(command): \(result.output)\(result.error)")
        }
        #expect(folder.read("report.html")?.contains("my-scheduler is conformant with declared gaps") == true)
        #expect(folder.read("result.json") == #"{"count": 0, "running": "false"}"# + "\n")
    }

    @Test func theCommandsForASwiftProgramWork() async throws {
        let folder = try Scratch()
        let beside = try #require(KitProgram.path).components(separatedBy: "/").dropLast().joined(separator: "/")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/paper", withDestinationPath: beside + "/paper")
        for command in try Documentation.blocks("WritingAnAdapter.md", "sh") {
            let result = try await Self.shell(command, in: folder.path)
            #expect(result.status == 0, "\(command): \(result.output)\(result.error)")
        }
        #expect(folder.read("report.html")?.contains("paper is conformant with declared gaps") == true)
    }

    /// Runs commands with the built kit among the programs.
    private static func shell(_ text: String, in folder: String) async throws -> RunResult {
        let kit = try #require(KitProgram.path)
        let programs = (kit as NSString).deletingLastPathComponent
        return try await Tool.run("sh", "-ec", "cd '\(folder)'; PATH='\(programs)':$PATH\n" + text)
    }
}
