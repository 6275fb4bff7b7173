import JSONDocument

/// Whether bytes are a JSON document.
enum RecordedDocument {
    static func isOne(_ bytes: [UInt8]) -> Bool { (try? JSONValue(parsing: bytes)) != nil }
}
