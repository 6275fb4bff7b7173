/// The address of an image: `registry/repository:tag@digest`, of which only the repository is required.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// `host[:port]`; `nil` for the default registry or a local image.
    public let registry: String?
    /// Lower-case path.
    public let repository: String
    /// The tag, without its colon.
    public let tag: String?
    /// `sha256:` and 64 hexadecimal digits.
    public let digest: String?

    /// Takes a reference apart by the rules of the distribution specification.
    /// - Throws: ``AdapterError`` that says which part is wrong.
    public init(_ text: String) throws {
        func wrong(_ what: String) -> AdapterError {
            AdapterError(.invalidInput, "'\(text.prefix(200))' is no image reference: \(what)")
        }
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            let digest = rest[rest.index(after: at)...]
            guard digest.hasPrefix("sha256:"), digest.utf8.count == 71,
                digest.utf8.dropFirst(7).allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
            else { throw wrong("its digest is not sha256: and 64 hexadecimal digits") }
            self.digest = String(digest)
            rest = rest[..<at]
        } else {
            digest = nil
        }
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            let tag = rest[rest.index(after: colon)...]
            let isWellFormed =
                (1...128).contains(tag.utf8.count) && tag.first != "." && tag.first != "-"
                && tag.utf8.allSatisfy(Self.isTagByte)
            guard isWellFormed else { throw wrong("its tag '\(tag)' is not well formed") }
            self.tag = String(tag)
            rest = rest[..<colon]
        } else {
            tag = nil
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !rest.isEmpty else { throw wrong("it names no repository") }
        let hasRegistry = parts.count > 1 && (first.contains(".") || first.contains(":") || first == "localhost")
        registry = hasRegistry ? String(first) : nil
        let path = hasRegistry ? parts.dropFirst() : parts[...]
        let isWellFormed = path.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { Self.isTagByte($0) && !(65...90).contains($0) }
        }
        guard isWellFormed else { throw wrong("a repository has lower-case letters, digits, '.', '_', '-' and '/'") }
        repository = path.joined(separator: "/")
        guard repository.utf8.count <= 255 else { throw wrong("its repository is longer than 255 characters") }
    }

    /// The reference as text.
    public var description: String {
        (registry.map { $0 + "/" } ?? "") + repository + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 97...122, 65...90, 48...57, 45, 46, 95: true
        default: false
        }
    }
}
