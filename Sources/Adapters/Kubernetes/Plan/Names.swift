import AdapterKit

/// Names that Kubernetes takes (API concepts, "Object Names and IDs"). What Dokku allows and Kubernetes does not is
/// mapped, and a mapped name ends with a mark of the original, so that no two originals share one.
enum Name {
    /// The longest name of a Service, and the longest value of a label.
    static let longest = 63

    /// A DNS label that begins with a letter (RFC 1035), good for every kind of object.
    /// - Parameter room: characters that are still to be added by others, such as a pod's suffix.
    static func object(_ parts: String..., room: Int = 0) -> String {
        let wanted = parts.joined(separator: "-")
        var mapped = String(
            wanted.lowercased().unicodeScalars.map { isPlain($0) ? Character($0) : "-" })
        if mapped.unicodeScalars.first.map({ !("a"..."z").contains($0) }) ?? true { mapped = "app-" + mapped }
        return shortened(mapped, of: wanted, to: longest - room)
    }

    /// The value of a label: `text` itself wherever that is allowed.
    static func label(_ text: String) -> String {
        let isAllowed = text.unicodeScalars.allSatisfy {
            isPlain($0) || $0 == "." || $0 == "_" || ("A"..."Z").contains($0)
        }
        let ends = [text.unicodeScalars.first, text.unicodeScalars.last].compactMap { $0 }
        guard isAllowed, text.utf8.count <= longest, ends.allSatisfy({ $0 != "-" && $0 != "." && $0 != "_" }) else {
            return object(text)
        }
        return text
    }

    /// The one container of a pod of this type.
    static func container(_ type: ProcessType) -> String { object(type.description) }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
    }

    private static func shortened(_ mapped: String, of original: String, to longest: Int) -> String {
        let isSame = mapped == original && !mapped.hasSuffix("-")
        guard !isSame || mapped.utf8.count > longest else { return mapped }
        let mark = String(Fingerprint(original).description.suffix(6))
        var kept = Substring(mapped.prefix(longest - mark.utf8.count - 1))
        while kept.hasSuffix("-") { kept.removeLast() }
        return kept + "-" + mark
    }
}

/// The names of an app's objects.
struct Names: Sendable, Equatable {
    let app: AppName

    /// What a Deployment adds to its own name in a pod's: `-6d4cf56db6-x7x2p`.
    private static let podSuffix = 17

    var serviceAccount: String { Name.object(app.description) }
    /// What is known of the live release.
    var record: String { Name.object(app.description, "linkspan") }
    /// The Lease by which hosts deploy one after the other.
    var lock: String { Name.object(app.description) }
    var ingress: String { Name.object(app.description, "web") }

    func config(_ fingerprint: Fingerprint) -> String {
        Name.object(app.description, "config", fingerprint.description)
    }
    func pullSecret(_ fingerprint: Fingerprint) -> String {
        Name.object(app.description, "pull", fingerprint.description)
    }
    func certificate(_ fingerprint: Fingerprint) -> String {
        Name.object(app.description, "tls", fingerprint.description)
    }
    func service(_ type: ProcessType) -> String { Name.object(app.description, type.description) }
    /// Where the pods of a StatefulSet find each other.
    func identities(_ type: ProcessType) -> String { Name.object(app.description, type.description, "pods") }
    /// - Parameter release: `nil` where releases follow each other in one workload.
    func workload(_ type: ProcessType, _ release: Fingerprint?) -> String {
        guard let release else { return Name.object(app.description, type.description, room: Self.podSuffix) }
        return Name.object(app.description, type.description, release.description, room: Self.podSuffix)
    }
    /// A Job's name is this with 11 characters more, and a pod's with 6 more still.
    func cron(_ id: String) -> String {
        Name.object(app.description, "cron", String(Fingerprint(id).description.suffix(8)), room: Self.podSuffix)
    }
}
