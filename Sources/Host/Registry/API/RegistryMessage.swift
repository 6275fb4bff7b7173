import FoundationEssentials

/// The sentences inside a registry's error document: `{"errors": [{"code": …, "message": …}]}`.
package struct RegistryMessage: Sendable, Equatable {
    /// Such as `MANIFEST_UNKNOWN`; empty when the answer was no such document.
    package var codes: [String]
    /// What can be shown.
    package var text: String

    package init(_ body: [UInt8]) {
        struct Document: Decodable {
            struct Entry: Decodable {
                var code: String?
                var message: String?
            }

            var errors: [Entry]?
            /// Token servers have a shape of their own.
            var details: String?
            var error_description: String?
        }
        let document = try? JSONDecoder().decode(Document.self, from: Data(body))
        let entries = document?.errors ?? []
        codes = entries.compactMap(\.code)
        let sentences = entries.compactMap { entry in
            [entry.code, entry.message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        }
        text =
            sentences.isEmpty
            ? document?.details ?? document?.error_description ?? "" : sentences.joined(separator: "; ")
    }
}
