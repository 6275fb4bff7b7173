/// A value that is a text of a certain form: coded as plain text, and checked when it is decoded, so that no document
/// can bring in a bad one.
public protocol CheckedText: Codable, CustomStringConvertible {
    /// Takes `text` for a value.
    /// - Throws: ``AdapterError`` with code `invalidInput` when it is none.
    init(checking text: String) throws
}

extension CheckedText {
    /// Decodes a text and checks it.
    public init(from decoder: any Decoder) throws {
        try self.init(checking: decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension AppName: CheckedText {
    /// The same as ``init(_:)``.
    public init(checking text: String) throws { try self.init(text) }
}

extension ProcessType: CheckedText {
    /// The same as ``init(_:)``.
    public init(checking text: String) throws { try self.init(text) }
}

extension DeploymentID: CheckedText {
    /// The same as ``init(_:)``.
    public init(checking text: String) throws { try self.init(text) }
}

extension ImageReference: CheckedText {
    /// The same as ``init(_:)``.
    public init(checking text: String) throws { try self.init(text) }
}

extension InstanceName: CheckedText {
    /// Takes `TYPE.INDEX` apart.
    /// - Throws: ``AdapterError`` when it is nothing of the kind.
    public init(checking text: String) throws {
        guard let name = InstanceName(text) else {
            throw AdapterError(.invalidInput, "'\(text.prefix(80))' is no instance: write TYPE.INDEX, such as web.1")
        }
        self = name
    }
}
