import AdapterKit
import FoundationEssentials

extension Report {
    /// The report as a document that ``init(json:)`` reads: keys sorted, so that two reports can be compared line by
    /// line.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads a report.
    /// - Throws: `AdapterError` when it is none, or one of a schema that this kit does not know.
    public init(json: [UInt8]) throws {
        struct Head: Decodable { var schema: Int }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let head = try? decoder.decode(Head.self, from: Data(json)) else {
            throw AdapterError(.invalidInput, "this is no report of the conformance kit")
        }
        guard head.schema == Self.currentSchema else {
            throw AdapterError(
                .unsupported, "the report has schema \(head.schema), this kit knows \(Self.currentSchema)")
        }
        do {
            self = try decoder.decode(Self.self, from: Data(json))
        } catch {
            throw AdapterError(.invalidInput, "the report cannot be read", details: ["\(error)"])
        }
    }
}
