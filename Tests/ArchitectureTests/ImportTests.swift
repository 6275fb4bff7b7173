import Foundation
import TestSupport
import Testing

/// The arrows between rooms, read from the sources: who may import whom.
struct ImportTests {
    private struct Source {
        var path: String
        var text: String

        var imports: Set<String> {
            Set(
                text.split(separator: "\n").filter { $0.hasPrefix("import ") || $0.hasPrefix("@testable import ") }
                    .compactMap { $0.split(separator: " ").last.map(String.init) })
        }
    }

    private let sources: [Source]

    init() throws {
        let root = Fixtures.folder + "/Sources/"
        sources = try (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(".swift") }
            .map { Source(path: $0, text: try String(contentsOfFile: root + $0, encoding: .utf8)) }
        #expect(sources.count > 100)
    }

    private func sources(below folder: String) -> [Source] { sources.filter { $0.path.hasPrefix(folder) } }

    @Test func adaptersKnowNeitherDokkuNorEachOther() {
        for source in sources(below: "Adapters/") {
            #expect(source.imports.isDisjoint(with: ["DokkuIO", "SchedulerHost"]), "\(source.path)")
        }
        for source in sources(below: "Adapters/DockerLocal/") { #expect(!source.imports.contains("NullAdapter")) }
    }

    @Test func theHostKnowsNoAPI() {
        for source in sources(below: "Host/") {
            #expect(source.imports.isDisjoint(with: ["APIClient", "DockerEngine", "CCurl"]), "\(source.path)")
        }
        let users = sources(below: "Host/").filter { $0.imports.contains("NullAdapter") }.map(\.path)
        #expect(users == ["Host/SchedulerHost/BuiltIn.swift"], "adapters are named in one place")
    }

    @Test func plansAreValues() {
        for source in sources where source.path.contains("/Plan/") {
            #expect(!source.imports.contains("APIClient"), "\(source.path)")
            #expect(!source.text.contains("await "), "\(source.path)")
        }
    }

    @Test func theContractNeedsNothing() {
        for source in sources(below: "Adapters/AdapterKit/") { #expect(source.imports.isEmpty, "\(source.path)") }
    }

    /// Foundation proper costs every trigger several milliseconds and the binary fifty megabytes.
    @Test func nothingImportsFoundationProper() {
        for source in sources {
            #expect(source.imports.isDisjoint(with: ["Foundation", "FoundationNetworking"]), "\(source.path)")
        }
    }

    @Test func nothingTrapsOnAUsersMistake() {
        for source in sources {
            for word in ["try!", "as!", "fatalError("] {
                #expect(!source.text.contains(word), "\(source.path): \(word)")
            }
        }
    }

    @Test func onlyTheHostReadsVariables() {
        for source in sources where source.text.contains("processInfo.environment") {
            #expect(source.path.hasPrefix("Host/Command/"), "\(source.path)")
        }
    }
}
