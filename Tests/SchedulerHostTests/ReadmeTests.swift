import AdapterKit
import Foundation
import SchedulerHost
import TestSupport
import Testing

/// The README's table of what each scheduler does is what their manifests say.
struct ReadmeTests {
    @Test func theTableIsThatOfTheManifests() throws {
        let file = Fixtures.folder + "/README.md"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let table = Self.table(Catalog.builtIn.plugins.map(\.manifest))
        if Fixtures.areUpdated {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = try #require(lines.firstIndex { $0.hasPrefix("| |") })
            let after = lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
            let updated = (lines[..<first] + [Substring(table)] + lines[after...]).joined(separator: "\n")
            try Data(updated.utf8).write(to: URL(fileURLWithPath: file))
        } else {
            #expect(text.contains("\n" + table + "\n\n"), "make fix")
        }
    }

    private static func table(_ manifests: [Manifest]) -> String {
        func row(_ title: String, _ cell: (Manifest) -> String) -> String {
            "| " + ([title] + manifests.map(cell)).joined(separator: " | ") + " |"
        }
        let capabilities = Capability.allCases.compactMap { capability in
            words(for: capability).map { words in row(words) { $0.capabilities.contains(capability) ? "yes" : "–" } }
        }
        let lines =
            [
                row("") { "**\($0.scheduler)**" }.replacing("|  |", with: "| |"),
                "|" + String(repeating: "---|", count: manifests.count + 1),
                row("`deploy`, `ps:scale`, `ps:stop`, `logs`") { $0.images == .none ? "accepts, runs nothing" : "yes" },
                row("images come from") { place(of: $0.images) },
            ] + capabilities + [row("cron tasks are run by") { home(of: $0.cron) }]
        return lines.joined(separator: "\n")
    }

    /// - Returns: `nil` for what says who does something that is done everywhere.
    private static func words(for capability: Capability) -> String? {
        switch capability {
        case .run: "`run`, `run:detached`, `run:logs`, `run:stop`"
        case .enter: "`enter`"
        case .inspect: "`ps:inspect`"
        case .plan: "`plan`"
        case .diff: "`plan --diff`"
        case .storage: "storage that the scheduler provides (`storage:create`)"
        case .doctor: "`doctor`"
        case .lock: "one deploy of an app at a time across hosts"
        case .nodes: "images that no node can run are refused"
        case .retire, .cron, .check: nil
        }
    }

    private static func place(of images: ImageSource) -> String {
        switch images {
        case .localEngine: "this machine's engine"
        case .registry: "a registry"
        case .none: "–"
        }
    }

    private static func home(of cron: CronHome) -> String {
        switch cron {
        case .host: "this host's crontab"
        case .scheduler: "the scheduler"
        case .none: "–"
        }
    }
}
