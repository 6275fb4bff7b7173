/// A name that Dokku gives to an app. Cannot hold anything else.
public struct AppName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let description: String

    /// A file name must hold the app's name and a suffix; 255 bytes is what file systems allow.
    static let longest = 200

    /// Takes `text` as a name by Dokku's rule (contract 1.7): lower-case letters, digits, dots and hyphens, and
    /// underscores in old apps.
    /// - Throws: ``AdapterError`` with code `invalidInput`.
    public init(_ text: String) throws {
        guard !text.isEmpty else {
            throw AdapterError(.invalidInput, "Please specify an app to run the command on")
        }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let isWellFormed =
            text.utf8.first.map(isAlphanumeric) == true
            && text.utf8.allSatisfy { isAlphanumeric($0) || [45, 46, 95].contains($0) }
        guard isWellFormed else {
            throw AdapterError(
                .invalidInput,
                "App name must begin with lowercase alphanumeric character, "
                    + "and may only contain lowercase alphanumerics, dots, and hyphens")
        }
        guard text.utf8.count <= Self.longest else {
            throw AdapterError(
                .invalidInput, "App name may have at most \(Self.longest) characters, not \(text.utf8.count)")
        }
        description = text
    }

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// A key of a Procfile, such as `web`.
public struct ProcessType: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The type as text.
    public let description: String

    /// The type that gets traffic.
    public static let web = ProcessType(unchecked: "web")

    private init(unchecked text: String) { description = text }

    /// Takes `text` as a process type: letters, digits, hyphens and underscores, at most 63.
    /// - Throws: ``AdapterError`` with code `invalidInput`.
    public init(_ text: String) throws {
        let isWellFormed =
            (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), 45, 95:
                    true
                default: false
                }
            }
        guard isWellFormed else {
            throw AdapterError(
                .invalidInput,
                "'\(text.prefix(80))' is no process type: letters, digits, '-' and '_' are allowed, at most 63")
        }
        description = text
    }

    /// `web` first, the others by name: the order in which they are deployed.
    public static func < (left: Self, right: Self) -> Bool {
        (left == .web ? 0 : 1, left.description) < (right == .web ? 0 : 1, right.description)
    }
}

/// Which copy of which process type: `web.1`. Indices count from 1.
public struct InstanceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The process type.
    public let process: ProcessType
    /// Which copy, from 1.
    public let index: Int

    /// Makes the name of a copy; an index below 1 becomes 1.
    public init(_ process: ProcessType, _ index: Int) {
        self.process = process
        self.index = max(1, index)
    }

    /// Takes `TYPE.INDEX` apart; `nil` when `text` is nothing of the kind.
    public init?(_ text: String) {
        guard let dot = text.lastIndex(of: "."), let index = Int(text[text.index(after: dot)...]), index >= 1,
            let process = try? ProcessType(String(text[..<dot]))
        else { return nil }
        self.process = process
        self.index = index
    }

    /// `TYPE.INDEX`
    public var description: String { "\(process).\(index)" }

    /// By process type, then by index.
    public static func < (left: Self, right: Self) -> Bool {
        (left.process, left.index) < (right.process, right.index)
    }
}

/// Names of one deploy, unlike any other's: lower-case letters and digits.
public struct DeploymentID: Hashable, Sendable, CustomStringConvertible {
    /// The id as text.
    public let description: String

    /// Keeps the letters and digits of `text`, lower-cased, at most 32.
    /// - Throws: ``AdapterError`` when none are left.
    public init(_ text: String) throws {
        let kept = text.lowercased().unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
        }
        guard !kept.isEmpty else { throw AdapterError(.invalidInput, "'\(text.prefix(80))' is no deployment id") }
        description = String(String.UnicodeScalarView(kept.prefix(32)))
    }
}
