import AdapterKit
import Foundation
import Nomad
import TestSupport
import Testing

/// The guides name every setting. `make fix` writes the tables anew.
struct SettingsGuideTests {
    private static let folder = Fixtures.folder + "/Sources/Adapters/Nomad/Nomad.docc/"

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + name, encoding: .utf8)
    }

    @Test func theTablesAreTheDeclarations() throws {
        let text = try Self.text("NomadSettings.md")
        let fresh = Self.filled(text)
        if Fixtures.areUpdated {
            try Data(fresh.utf8).write(to: URL(fileURLWithPath: Self.folder + "NomadSettings.md"))
        } else {
            #expect(text == fresh, "run 'make fix'")
        }
    }

    /// What the old plugin's users had set, as its last version took it.
    @Test(arguments: ["nomad-addr", "nomad-datacenter", "levant", "consul", "registry", "tag `dokku`", "network_mode"])
    func everyOldSettingHasASuccessorOrANo(_ old: String) throws {
        let rows = try Self.text("ComingFromTheOldPlugin.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let row = try #require(rows.first { $0.count == 2 && $0[0].contains(old) }, "\(old) is not told of")
        #expect(!row[1].isEmpty)
    }

    /// A successor that is named is one that there is.
    @Test func theSuccessorsAreThere() throws {
        let names = Set(AdapterPlugin.nomad.settings.map(\.name))
        for name in ["address", "datacenters", "service-provider", "service-tags"] {
            #expect(names.contains(name), "\(name)")
        }
    }

    private static func filled(_ text: String) -> String {
        var lines: [String] = []
        var isSkipping = false
        for line in text.components(separatedBy: "\n") {
            if line == "<!-- end -->" { isSkipping = false }
            if !isSkipping { lines.append(line) }
            switch line {
            case "<!-- settings -->":
                isSkipping = true
                lines += ["| Property | Default | |", "|---|---|---|"]
                lines += AdapterPlugin.nomad.settings.filter { $0.map == nil }.map { setting in
                    let fallback = setting.defaultValue.isEmpty ? "" : "`\(setting.defaultValue)`"
                    return "| `\(setting.name)`\(setting.isPlace ? " *" : "") | \(fallback) | \(setting.summary) |"
                }
            case "<!-- maps -->":
                isSkipping = true
                lines += ["| Map | Names | Resource types | |", "|---|---|---|---|"]
                lines += AdapterPlugin.nomad.settings.compactMap { setting in
                    guard let map = setting.map else { return nil }
                    let names = map.keys.isEmpty ? "any" : listed(map.keys)
                    return "| `\(setting.name)` | \(names) | \(listed(map.resources)) | \(setting.summary) |"
                }
            default: break
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func listed(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
}
