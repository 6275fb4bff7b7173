/// A short name for content: the same for the same content on every machine and in every run.
///
/// Tells things apart that are made by people who mean no harm; it keeps nothing secret and proves nothing.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// Ten characters of `0-9a-z`.
    package let description: String

    /// Where a sum begins.
    package static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The FNV-1a sum of `bytes` over 64 bits.
    /// - Parameter start: the sum of what stands before them.
    package static func sum(of bytes: some Sequence<UInt8>, from start: UInt64 = start) -> UInt64 {
        bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    package init(_ bytes: some Sequence<UInt8>) {
        let number = Self.sum(of: bytes)
        // The low digits of an FNV sum are its best mixed ones.
        let digits = String((number ^ (number >> 32) &* 0x9E37_79B9_7F4A_7C15) % 3_656_158_440_062_976, radix: 36)
        description = String(repeating: "0", count: 10 - digits.utf8.count) + digits
    }

    package init(_ text: String) { self.init(text.utf8) }

    /// The fingerprint that was called `name` when it was made.
    package init(named name: String) { description = name }
}
