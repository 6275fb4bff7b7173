/// A short name for content: the same for the same content on every machine and in every run.
///
/// Tells things apart that are made by people who mean no harm; it keeps nothing secret and proves nothing.
package struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// Ten characters of `0-9a-z`.
    package let description: String

    /// FNV-1a over 64 bits.
    package init(_ bytes: some Sequence<UInt8>) {
        let number = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        // The low digits of an FNV sum are its best mixed ones.
        let digits = String((number ^ (number >> 32) &* 0x9E37_79B9_7F4A_7C15) % 3_656_158_440_062_976, radix: 36)
        description = String(repeating: "0", count: 10 - digits.utf8.count) + digits
    }

    package init(_ text: String) { self.init(text.utf8) }

    /// The fingerprint that was called `name` when it was made.
    package init(named name: String) { description = name }
}
