import AdapterKit
import DokkuIO
import FoundationEssentials

/// `releases`, `releases:info` and `releases:diff`: what an app's ledger tells, and which releases can be gone back to.
package struct Releases: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// All releases, the last one first.
    package func list(isJSON: Bool) async throws {
        let history = try Ledger(host.layout, app).history()
        let shown = try await shown(history.releases.reversed(), history)
        if isJSON { return await host.console.line(try ShownRelease.json(shown)) }
        await host.console.headline("\(app) releases")
        let rows = shown.map { [$0.title, $0.begun.at, $0.reasonText, $0.imageText, $0.scaleText, $0.wayBackText] }
        let header = ["RELEASE", "BEGUN", "WHY", "IMAGE", "SCALE", "ROLLBACK"]
        for line in Columns.lines((host.isQuiet ? [] : [header]) + rows) { await host.console.line(line) }
    }

    /// One release, whole.
    package func info(_ number: Int, isJSON: Bool) async throws {
        let history = try Ledger(host.layout, app).history()
        let shown = try await shown([try history.release(number, of: app)], history)
        guard let shown = shown.first else { return }
        if isJSON { return await host.console.line(try ShownRelease.json(shown)) }
        await host.console.headline("\(app) release \(number)")
        for (name, value) in shown.facts {
            let key = name + ":" + String(repeating: " ", count: max(1, 20 - name.utf8.count))
            await host.console.line("       " + key + value)
        }
    }

    /// What two releases differ in.
    package func difference(_ first: Int, _ second: Int, isJSON: Bool) async throws {
        let ledger = Ledger(host.layout, app)
        let history = try ledger.history()
        let difference = ReleaseDifference(
            try history.release(first, of: app), try ledger.files(of: first),
            try history.release(second, of: app), try ledger.files(of: second))
        if isJSON { return await host.console.line(try ShownRelease.json(difference)) }
        await host.console.headline("\(app) release \(first) and release \(second)")
        let lines = difference.lines
        for line in lines.isEmpty ? ["The same image, config, scale, checks and routes"] : lines {
            await host.console.line("       " + line)
        }
    }

    private func shown(_ releases: [Release], _ history: ReleaseHistory) async throws -> [ShownRelease] {
        let answers = try await WayBack(host, app).answers(releases)
        return releases.map { ShownRelease($0, isLive: $0.number == history.live, answers[$0.number]) }
    }
}

extension ReleaseHistory {
    /// - Throws: ``AdapterError`` that tells which releases there are.
    func release(_ number: Int, of app: AppName) throws -> Release {
        if let release = self[number] { return release }
        let numbers = releases.map(\.number)
        let known = numbers.isEmpty ? "none yet" : "\(numbers.min() ?? 0) to \(numbers.max() ?? 0)"
        throw AdapterError(
            .notFound, "\(app) has no release \(number)", details: ["releases that are kept: \(known)"],
            hint: "releases \(app)")
    }
}
