/// Times as people set them.
package enum Seconds {
    /// A year: what is longer is a mistake.
    private static let most = 31_536_000

    package static func parse(_ text: String, atLeast least: Int = 0) -> Int? {
        Int(text).flatMap { (least...most).contains($0) ? $0 : nil }
    }

    package static func rule(atLeast least: Int = 0) -> String { "a whole number of seconds from \(least) to \(most)" }
}
