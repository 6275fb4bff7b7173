import FoundationEssentials

/// The sentence inside an error document.
enum ServerMessage {
    /// Docker and Kubernetes answer `{"message": …}`, others plain text.
    static func text(of body: [UInt8]) -> String {
        struct Document: Decodable { var message: String }
        if let document = try? JSONDecoder().decode(Document.self, from: Data(body)) {
            return trimmed(document.message)
        }
        let text = String(decoding: body.prefix(2_000), as: UTF8.self)
        return text.hasPrefix("<") ? "" : trimmed(text)
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }
}
