import DokkuIO
import FoundationEssentials

/// What a release differs in from another: image, names of the config, scale, checks and routes. No value is in it.
struct ReleaseDifference: Encodable, Sendable {
    struct Change<Value: Encodable & Sendable>: Encodable, Sendable {
        var from: Value?
        var to: Value?
    }

    struct Names: Encodable, Sendable {
        var added: [String]
        var removed: [String]
        /// `nil` when it is not known any more which values were others.
        var changed: [String]?
    }

    let from: Int
    let to: Int
    let isSame: Bool
    let image: Change<Release.Image>?
    let config: Names?
    let scale: [String: Change<Int>]
    let checks: [String: Change<Release.Check>]
    let domains: Names?
    let ports: Names?

    private enum CodingKeys: String, CodingKey {
        case from, to, image, config, scale, checks, domains, ports
        case isSame = "same"
    }

    init(_ first: Release, _ firstFiles: ReleaseFiles?, _ second: Release, _ secondFiles: ReleaseFiles?) {
        let (old, new) = (first.begun, second.begun)
        (from, to) = (first.number, second.number)
        image = old.image?.content == new.image?.content ? nil : Change(from: old.image, to: new.image)
        config = Self.config(old, firstFiles, new, secondFiles)
        scale = Self.changes(old.scale ?? [:], new.scale ?? [:])
        checks = Self.changes(old.checks ?? [:], new.checks ?? [:])
        domains = Self.names(old.routes?.domains ?? [], new.routes?.domains ?? [])
        ports = Self.names(old.routes?.ports ?? [], new.routes?.ports ?? [])
        isSame =
            image == nil && config == nil && scale.isEmpty && checks.isEmpty && domains == nil && ports == nil
    }

    private static func config(
        _ old: Release.Begun, _ oldFiles: ReleaseFiles?, _ new: Release.Begun, _ newFiles: ReleaseFiles?
    ) -> Names? {
        guard old.config?.fingerprint != new.config?.fingerprint else { return nil }
        let (before, after) = (Set(old.config?.names ?? []), Set(new.config?.names ?? []))
        var changed: [String]?
        if let was = oldFiles?.config, let becomes = newFiles?.config {
            changed = before.intersection(after).filter { was[$0] != becomes[$0] }.sorted()
        }
        return Names(
            added: after.subtracting(before).sorted(), removed: before.subtracting(after).sorted(), changed: changed)
    }

    private static func changes<Value: Equatable>(_ old: [String: Value], _ new: [String: Value]) -> [String: Change<
        Value
    >] {
        Set(old.keys).union(new.keys).reduce(into: [:]) { changes, key in
            if old[key] != new[key] { changes[key] = Change(from: old[key], to: new[key]) }
        }
    }

    private static func names(_ old: [String], _ new: [String]) -> Names? {
        let (before, after) = (Set(old), Set(new))
        guard before != after else { return nil }
        return Names(
            added: after.subtracting(before).sorted(), removed: before.subtracting(after).sorted(), changed: [])
    }

    // MARK: for people

    var lines: [String] {
        var lines: [String] = []
        if let image {
            func text(_ image: Release.Image?) -> String {
                guard let image else { return "none" }
                return image.reference + ((image.id ?? image.pushed).map { " (\($0.prefix(19)))" } ?? "")
            }
            lines.append("Image: \(text(image.from)) -> \(text(image.to))")
        }
        lines += Self.lines("Config", config)
        for (type, change) in scale.sorted(by: { $0.key < $1.key }) {
            lines.append("Scale: \(type) \(change.from ?? 0) -> \(change.to ?? 0)")
        }
        for (type, change) in checks.sorted(by: { $0.key < $1.key }) {
            let (old, new) = (change.from?.sentence ?? "none", change.to?.sentence ?? "none")
            lines.append("Checks: \(type) " + (old == new ? "\(old), set otherwise" : "\(old) -> \(new)"))
        }
        return lines + Self.lines("Domains", domains) + Self.lines("Ports", ports)
    }

    private static func lines(_ what: String, _ names: Names?) -> [String] {
        guard let names else { return [] }
        let parts = [
            ("added", names.added), ("removed", names.removed), ("changed", names.changed ?? []),
        ].filter { !$0.1.isEmpty }.map { "\(what): \($0.0) " + $0.1.joined(separator: ", ") }
        return parts.isEmpty ? ["\(what): changed"] : parts
    }
}
