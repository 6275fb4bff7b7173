import AdapterKit
import FoundationEssentials

/// The numbered releases of an app: one file of JSON lines that only grows, and beside it what each release that is
/// still told of was made of (``ReleaseFiles``).
///
/// A release's begin is on the disk before its scheduler is asked for anything. What took over is what ``LiveRelease``
/// says, which changes with the switch itself, so that the ledger is right whenever a process dies. Only the holder of
/// the app's deploy lock writes; anybody may read.
package struct Ledger: Sendable {
    private let layout: DokkuLayout
    private let app: AppName
    private let file: LedgerFile

    package init(_ layout: DokkuLayout, _ app: AppName) {
        self.layout = layout
        self.app = app
        file = LedgerFile(path: Self.folder(app, layout) + "/releases.jsonl")
    }

    /// Whose data it is (``PluginState``).
    package static let owner = "linkspan"

    static func folder(_ app: AppName, _ layout: DokkuLayout) -> String { layout.data(owner, app) }

    // MARK: reading

    package func history() throws -> ReleaseHistory {
        ReleaseHistory(
            try file.lines().map { LedgerLine($0) }, live: try LiveRelease.kept(app, layout),
            isDeploying: try DeployLock.isHeld(layout, app))
    }

    /// What a release was made of; `nil` when that is lost.
    package func files(of number: Int) throws -> ReleaseFiles? {
        try StateFiles.read(path(number)).flatMap { try? JSONDecoder().decode(ReleaseFiles.self, from: Data($0)) }
    }

    // MARK: writing

    /// A name for `content` that is the same within this ledger, from which nobody can guess the content who does not
    /// know the ledger.
    package func fingerprint(_ content: String) throws -> String { Fingerprint(try salt() + content).description }

    /// Notes that a release begins, and closes those before it of which nobody has.
    /// - Parameter fact: its number is made here.
    /// - Returns: the number.
    package func begin(_ fact: Release.Begun, _ files: ReleaseFiles) throws -> Int {
        _ = try salt()
        let history = try history()
        let open = history.releases.filter { $0.ended == nil }.map { release in
            LedgerLine.ended(
                .init(
                    number: release.number, at: fact.at,
                    outcome: release.outcome == .succeeded ? .succeeded : .interrupted))
        }
        var fact = fact
        fact.number = history.next
        try StateFiles.write(JSONEncoder().encode(files), to: path(fact.number))
        try file.append(try (open + [.begun(fact)]).flatMap { try $0.bytes() })
        return fact.number
    }

    package func end(_ fact: Release.Ended) throws { try file.append(LedgerLine.ended(fact).bytes()) }

    /// Forgets all but the last `count` releases; the live one is never forgotten.
    /// - Returns: the numbers that are kept.
    package func keep(_ count: Int) throws -> Set<Int> {
        let lines = try file.lines()
        let history = try history()
        let numbers = history.releases.map(\.number)
        let kept = Set(numbers.suffix(max(1, count)) + [history.live].compactMap { $0 })
        guard kept.count < numbers.count else { return kept }
        let salt = try salt()
        let header = try LedgerLine.header(salt: salt, next: history.next).bytes().dropLast()
        let rest = lines.filter { line in
            let fact = LedgerLine(line)
            if case .header = fact { return false }
            return fact.number.map { kept.contains($0) } ?? true
        }
        try file.replace([Array(header)] + rest)
        for number in numbers where !kept.contains(number) { try StateFiles.remove(path(number)) }
        return kept
    }

    // MARK: apps

    /// Gives `new` the releases of `old`, which keeps them until it goes itself.
    package static func copy(from old: AppName, to new: AppName, _ layout: DokkuLayout) throws {
        let (from, to) = (folder(old, layout), folder(new, layout))
        for name in try StateFiles.names(in: from) where !name.hasPrefix(".") {
            if let bytes = try StateFiles.read(from + "/" + name) { try StateFiles.write(bytes, to: to + "/" + name) }
        }
    }

    package static func destroy(_ app: AppName, _ layout: DokkuLayout) throws {
        try StateFiles.removeFolder(folder(app, layout))
    }

    private func path(_ number: Int) -> String { "\(Self.folder(app, layout))/release-\(number).json" }

    /// Made with the ledger itself.
    private func salt() throws -> String {
        for line in try file.lines() { if case .header(let salt, _) = LedgerLine(line) { return salt } }
        let salt = String((0..<4).flatMap { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) })
        try file.append(try LedgerLine.header(salt: salt, next: 1).bytes())
        return salt
    }
}
