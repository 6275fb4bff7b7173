import Traffic

enum Encoding {
    static func base64(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

    static func text(_ base64: String) -> String {
        Base64.decode(base64).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
