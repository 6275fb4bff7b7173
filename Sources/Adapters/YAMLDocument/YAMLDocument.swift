import JSONDocument

/// Reads YAML that stands for JSON: kubeconfigs, patches. JSON is YAML too.
package enum YAMLDocument {
    /// What a document may cost; more is refused, so that a small file cannot become a large one by its aliases.
    package struct Limits: Sendable {
        /// Values of all documents, those that an alias repeats included.
        package var nodes: Int
        /// Lists and mappings inside each other.
        package var depth: Int

        package init(nodes: Int = 200_000, depth: Int = 100) {
            self.nodes = nodes
            self.depth = depth
        }
    }

    /// The one document of `bytes`; `null` when there is none.
    /// - Throws: ``YAMLProblem``
    package static func value(of bytes: [UInt8], limits: Limits = .init()) throws -> JSONValue {
        let documents = try documents(in: bytes, limits: limits)
        guard documents.count < 2 else {
            throw YAMLProblem("there are \(documents.count) documents where one is expected", line: 1, column: 1)
        }
        return documents.first ?? .null
    }

    /// All documents of `bytes`, in order.
    ///
    /// Scalars are read by the core schema of YAML 1.2: `yes` is a word, `010` is ten, what is quoted is a string.
    /// Anchors, aliases and merge keys (`<<`) are resolved.
    /// - Throws: ``YAMLProblem``
    package static func documents(in bytes: [UInt8], limits: Limits = .init()) throws -> [JSONValue] {
        try placed(in: bytes, limits: limits).map(\.value)
    }

    /// A document and where in the text it begins.
    package struct Placed: Sendable, Equatable {
        package var value: JSONValue
        /// Counted from 1.
        package var line: Int
    }

    /// The same with the lines, for those who have to say more about a document.
    /// - Throws: ``YAMLProblem``
    package static func placed(in bytes: [UInt8], limits: Limits = .init()) throws -> [Placed] {
        let events = try YAMLEvents(bytes)
        var loader = YAMLLoader(events, limits)
        return try loader.documents()
    }
}

/// Why a text is no YAML that can be used, and where. Quotes nothing of the text but keys that stand twice.
package struct YAMLProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package var text: String
    /// Counted from 1.
    package var line: Int
    /// Counted from 1.
    package var column: Int

    package init(_ text: String, line: Int, column: Int) {
        self.text = text
        self.line = line
        self.column = column
    }

    package var description: String { "line \(line), column \(column): \(text)" }
}
