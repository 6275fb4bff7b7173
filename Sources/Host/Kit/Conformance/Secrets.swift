import AdapterKit
import Traffic

/// Values that must never be seen, and how to find them in whatever form they might be.
package struct Secrets: Sendable {
    /// By the name under which the app gets them.
    package let values: [String: String]
    /// What the adapter proves itself to the backend with, where that takes a token.
    package let token: String

    /// A new value for each name, unlike anything else.
    /// - Parameter seed: the same values again for the same seed; `nil` for values that never were.
    package init(_ names: [String], seed: String? = nil) {
        func value(_ name: String) -> String {
            guard let seed else {
                return "c4nary" + (0..<3).map { _ in String(UInt32.random(in: 0 ... .max), radix: 36) }.joined()
            }
            let mark = Fingerprint.sum(of: (seed + "/" + name).utf8)
            return "c4nary" + String(mark, radix: 36) + String(mark &* 0x9E37_79B9_7F4A_7C15, radix: 36)
        }
        values = Dictionary(uniqueKeysWithValues: names.map { ($0, value($0)) })
        token = value("the backend's token")
    }

    package init(values: [String: String]) {
        self.values = values
        token = ""
    }

    /// ``token`` for a backend whose tokens are UUIDs; empty where there is none.
    package var tokenID: String {
        guard !token.isEmpty else { return "" }
        let digits = ["a", "b"].map { part in
            let text = String(Fingerprint.sum(of: (token + part).utf8), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        return [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
            .map { from, to in String(Array(digits)[from..<to]) }.joined(separator: "-")
    }

    /// Every value by a name for messages.
    package var all: [String: String] {
        token.isEmpty ? values : values.merging(["TOKEN": token, "TOKEN_ID": tokenID]) { $1 }
    }

    /// The first secret that is in `text` as it is or in a usual encoding, and which one.
    package func leak(in text: String) -> String? {
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            if let form = Self.forms(of: value).first(where: { text.contains($0.text) }) {
                return "the value of \(name) (\(form.name))"
            }
        }
        return nil
    }

    /// What a value looks like raw and encoded. Base64 has three forms, by where in the text the value stood.
    package static func forms(of value: String) -> [(name: String, text: String)] {
        let bytes = Array(value.utf8)
        var forms = [("as it is", value)]
        for offset in 0..<3 {
            // The first and last digits depend on what stands around the value.
            let encoded = Base64.encode([UInt8](repeating: 0, count: offset) + bytes).filter { $0 != "=" }
            let inner = String(encoded.dropFirst([0, 2, 3][offset]).dropLast(1))
            forms.append(("in base64", inner))
            forms.append(
                ("in base64 for URLs", inner.replacing("+", with: "-").replacing("/", with: "_")))
        }
        forms.append(("in hexadecimal", bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()))
        forms.append(("backwards", String(value.reversed())))
        let escaped = bytes.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
        forms.append(("percent-encoded", escaped))
        return forms.map { (name: $0.0, text: $0.1) }
    }
}
