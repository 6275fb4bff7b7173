import DokkuIO
import FoundationEssentials

/// A release as people and programs are shown it.
struct ShownRelease: Encodable, Sendable {
    let begun: Release.Begun
    private let ended: Release.Ended?
    private let outcome: Release.Outcome
    private let isLive: Bool
    private let wayBack: WayBack.Answer?

    init(_ release: Release, isLive: Bool, _ wayBack: WayBack.Answer?) {
        begun = release.begun
        ended = release.ended
        outcome = release.outcome
        self.isLive = isLive
        self.wayBack = wayBack
    }

    // MARK: for people

    var title: String {
        "\(begun.number) " + (isLive ? "live" : outcome == .succeeded ? "superseded" : outcome.rawValue)
    }

    var reasonText: String {
        (begun.reason ?? "") + (begun.from.map { " to \($0)" } ?? "") + (begun.only.map { " of \($0)" } ?? "")
    }

    var imageText: String { begun.image?.reference ?? "" }

    var scaleText: String {
        (begun.scale ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    var wayBackText: String {
        switch wayBack {
        case .open: "yes"
        case .closed(let reason): "no: " + reason
        case nil: ""
        }
    }

    /// All that is known, by name.
    var facts: [(String, String)] {
        let seconds = ended?.seconds.map { "\(($0 * 10).rounded() / 10) s" }
        let checks = (begun.checks ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.sentence)" }
        let instances = (ended?.instances ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let all: [(String, String?)] = [
            ("Release", title), ("Id", begun.id), ("Why", reasonText), ("By", begun.by), ("Build", begun.build),
            ("Begun", begun.at), ("Ended", ended?.at), ("Took", seconds),
            ("Cause", ended?.cause.map { "\($0.code): \($0.sentence)" }),
            ("Scheduler", begun.scheduler), ("Place", begun.place?.text), ("Image", begun.image?.reference),
            ("Image id", begun.image?.id), ("Image in registry", begun.image?.pushed),
            ("Source revision", begun.source?.revision), ("Source image", begun.source?.image),
            ("Config", begun.config.map { "\($0.fingerprint) (\($0.names.joined(separator: ", ")))" }),
            ("Scale", scaleText), ("Checks", checks.joined(separator: "; ")),
            ("Domains", begun.routes?.domains.joined(separator: " ")),
            ("Ports", begun.routes?.ports.joined(separator: " ")),
            ("Instances", instances.joined(separator: ", ")), ("Objects", ended?.objects?.joined(separator: ", ")),
            ("Rollback", wayBackText),
        ]
        return all.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
    }

    // MARK: for programs

    private enum Key: String, CodingKey { case outcome, live, rollback, ended, seconds, cause, instances, objects }
    private enum RollbackKey: String, CodingKey { case possible, why }

    /// The ledger's own keys, those of the end among those of the begin.
    func encode(to encoder: any Encoder) throws {
        try begun.encode(to: encoder)
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(outcome.rawValue, forKey: .outcome)
        try fields.encode(isLive, forKey: .live)
        try fields.encodeIfPresent(ended?.at, forKey: .ended)
        try fields.encodeIfPresent(ended?.seconds, forKey: .seconds)
        try fields.encodeIfPresent(ended?.cause, forKey: .cause)
        try fields.encodeIfPresent(ended?.instances, forKey: .instances)
        try fields.encodeIfPresent(ended?.objects, forKey: .objects)
        var rollback = fields.nestedContainer(keyedBy: RollbackKey.self, forKey: .rollback)
        switch wayBack {
        case .open: try rollback.encode(true, forKey: .possible)
        case .closed(let reason):
            try rollback.encode(false, forKey: .possible)
            try rollback.encode(reason, forKey: .why)
        case nil: try rollback.encode(false, forKey: .possible)
        }
    }

    /// One line, keys sorted.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension Release.Check {
    /// `enabled, startup check 1`
    var sentence: String { ([mode] + names).joined(separator: ", ") }
}
