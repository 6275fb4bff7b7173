import Foundation
import TestSupport
import Testing

/// The arrows between rooms, read from the sources: who may import whom.
struct ImportTests {
    private struct Source {
        var path: String
        var text: String

        /// The conformance kit stands where Dokku stands and where the API stands, so it knows both.
        var isKit: Bool { path.hasPrefix("Host/Kit/") }

        var imports: Set<String> {
            Set(
                text.split(separator: "\n").filter { $0.hasPrefix("import ") || $0.hasPrefix("@testable import ") }
                    .compactMap { $0.split(separator: " ").last.map(String.init) })
        }
    }

    private let sources: [Source]

    @Test func fakesAndScenariosKnowNoAdapter() {
        for source in sources(below: "Host/Kit/") where !source.path.hasPrefix("Host/Kit/Command/") {
            #expect(source.imports.isDisjoint(with: ["DockerLocal", "NullAdapter"]), "\(source.path)")
        }
        for room in ["Traffic", "Loopback", "Fakes", "Scenarios"] {
            for source in sources(below: "Host/Kit/\(room)/") {
                #expect(
                    source.imports.isDisjoint(with: ["AdapterKit", "SchedulerHost", "Conformance"]), "\(source.path)")
            }
        }
    }

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
        for source in sources(below: "Host/") where !source.isKit && !source.path.hasPrefix("Host/Registry/") {
            #expect(source.imports.isDisjoint(with: ["APIClient", "DockerEngine", "CCurl"]), "\(source.path)")
        }
        let users = sources(below: "Host/").filter { $0.imports.contains("NullAdapter") }.map(\.path)
        #expect(users == ["Host/SchedulerHost/BuiltIn.swift"], "adapters are named in one place")
    }

    /// The registry plugin speaks APIs, as adapters do, and knows as little of Dokku.
    @Test func theRegistryKnowsNeitherDokkuNorAdapters() {
        let allowed: Set<String> = [
            "AdapterKit", "APIClient", "DockerEngine", "FoundationEssentials", "JSONDocument", "LocalImages",
        ]
        let sources = sources(below: "Host/Registry/")
        #expect(!sources.isEmpty)
        for source in sources {
            #expect(source.imports.isSubset(of: allowed), "\(source.path)")
            if source.path.contains("/API/") { #expect(!source.imports.contains("AdapterKit"), "\(source.path)") }
        }
    }

    @Test func plansAreValues() {
        for source in sources where source.path.contains("/Plan/") {
            #expect(!source.imports.contains("APIClient"), "\(source.path)")
            #expect(!source.text.contains("await "), "\(source.path)")
        }
    }

    @Test func theContractNeedsNothing() {
        for source in sources(below: "Adapters/AdapterKit/") {
            let isWire = source.path.hasPrefix("Adapters/AdapterKit/Wire/")
            #expect(
                source.imports.isSubset(of: isWire ? ["FoundationEssentials", "JSONDocument"] : []), "\(source.path)")
        }
    }

    /// Foundation proper costs every trigger several milliseconds and the binary fifty megabytes.
    @Test func nothingImportsFoundationProper() {
        for source in sources where !source.isKit {
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
        let allowed: Set<String> = [
            // What a program that is called by another gets.
            "Adapters/AdapterProgram/AdapterMain.swift", "Host/SchedulerHost/Programs/ProgramRun.swift",
            // A token on the command line would be seen by all users of the machine.
            "Host/Kit/Conformance/Live/NomadTarget.swift",
        ]
        for source in sources where source.text.contains("processInfo.environment") {
            #expect(source.path.hasPrefix("Host/Command/") || allowed.contains(source.path), "\(source.path)")
        }
    }
}
