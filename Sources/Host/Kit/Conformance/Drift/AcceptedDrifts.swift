import Foundation

/// Drifts that somebody has looked at: `fixtures/accepted-drifts.json`, each with a reason and a day.
public struct AcceptedDrifts: Sendable {
    private struct Entry: Codable {
        var id: String
        var reason: String
        /// The last day, `YYYY-MM-DD`.
        var until: String
    }

    private let entries: [Entry]

    /// Reads the file at `path`; where there is none, nothing is accepted.
    /// - Throws: when the file cannot be read.
    public init(_ path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            entries = []
            return
        }
        entries = try JSONDecoder().decode([Entry].self, from: bytes)
    }

    /// `drifts` with the reasons of those that are accepted on `day`. An acceptance that has run out counts no more.
    public func marking(_ drifts: [Drift], on day: String) -> [Drift] {
        drifts.map { drift in
            guard let entry = entries.first(where: { $0.id == drift.id }) else { return drift }
            var drift = drift
            if day <= entry.until {
                drift.accepted = "\(entry.reason) (until \(entry.until))"
            } else {
                drift.sentence += "; it was accepted until \(entry.until): \(entry.reason)"
            }
            return drift
        }
    }
}
