import AdapterKit

/// Amounts of CPU and memory as Kubernetes writes them (API reference, "Quantity").
enum Quantity {
    /// Dokku's memory: a bare number is megabytes, and `512m` or `2g` mean what they mean to Docker, not the thousandth of
    /// a byte that Kubernetes would read.
    /// - Returns: `nil` when it is no amount.
    static func memory(_ text: String) -> String? {
        if text.utf8.allSatisfy({ (48...57).contains($0) }), !text.isEmpty { return text + "Mi" }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard Double(digits) != nil else { return nil }
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": return String(digits)
        case "k" where text.last == "k", "kb", "ki", "kib": return digits + "Ki"
        case "m", "mb", "mi", "mib": return digits + "Mi"
        case "g", "gb", "gi", "gib": return digits + "Gi"
        case "t", "tb", "ti", "tib": return digits + "Ti"
        default: return nil
        }
    }

    /// Processors: `2`, `0.5` or thousandths, `500m`.
    /// - Returns: `nil` when it is no amount.
    static func cpu(_ text: String) -> String? {
        let number = text.hasSuffix("m") ? text.dropLast() : Substring(text)
        guard let value = Double(number), value >= 0, value < 100_000 else { return nil }
        return text
    }

    /// Whether it is nothing at all.
    static func isZero(_ text: String) -> Bool {
        Double(text.prefix { $0.isNumber || $0 == "." }) == 0
    }
}
