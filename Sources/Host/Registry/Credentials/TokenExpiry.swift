import FoundationEssentials
import JSONDocument

/// When a password that is a short-lived token ends, as far as the token tells itself: JSON Web Tokens (`exp`) and the
/// tokens of Amazon's registry (`expiration`).
package enum TokenExpiry {
    /// Seconds since 1970; `nil` for what does not end by itself, or does not tell.
    package static func seconds(of password: String) -> Int? {
        let parts = password.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 3, let claims = document(String(parts[1])), let end = claims["exp"]?.whole { return end }
        return document(password)?["expiration"]?.whole
    }

    private static func document(_ text: String) -> JSONValue? {
        var base64 = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64).flatMap { try? JSONValue(parsing: Array($0)) }
    }
}
