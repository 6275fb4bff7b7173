/// SHA-256 (FIPS 180-4): what a registry calls its contents by.
enum SHA256 {
    /// The digest as registries write it.
    static func digest(of bytes: [UInt8]) -> String {
        var text = "sha256:"
        for word in hash(bytes) {
            let digits = String(word, radix: 16)
            text += String(repeating: "0", count: 8 - digits.count) + digits
        }
        return text
    }

    private static let primes: [UInt32] = {
        var found: [UInt32] = []
        var candidate: UInt32 = 2
        while found.count < 64 {
            if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
            candidate += 1
        }
        return found
    }()

    /// The first 32 bits behind the point of a root.
    private static func fraction(_ root: Double) -> UInt32 {
        UInt32((root - root.rounded(.down)) * 4_294_967_296)
    }

    private static func cubeRoot(_ number: Double) -> Double {
        var root = number / 2
        for _ in 0..<60 { root -= (root * root * root - number) / (3 * root * root) }
        return root
    }

    private static let start: [UInt32] = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
    private static let constants: [UInt32] = primes.map { fraction(cubeRoot(Double($0))) }

    private static func hash(_ bytes: [UInt8]) -> [UInt32] {
        var message = bytes + [0x80]
        message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
        let bits = UInt64(bytes.count) * 8
        for byte in 0..<8 { message.append(UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * byte))) }
        var state = start
        for block in stride(from: 0, to: message.count, by: 64) { mix(message[block..<(block + 64)], into: &state) }
        return state
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            block[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first: UInt32 = turned(early, 7) ^ turned(early, 18) ^ (early >> 3)
            let second: UInt32 = turned(late, 17) ^ turned(late, 19) ^ (late >> 10)
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var now = state
        for index in 0..<64 {
            let big: UInt32 = turned(now[4], 6) ^ turned(now[4], 11) ^ turned(now[4], 25)
            let choice: UInt32 = (now[4] & now[5]) ^ (~now[4] & now[6])
            let first: UInt32 = now[7] &+ big &+ choice &+ constants[index] &+ words[index]
            let other: UInt32 = turned(now[0], 2) ^ turned(now[0], 13) ^ turned(now[0], 22)
            let majority: UInt32 = (now[0] & now[1]) ^ (now[0] & now[2]) ^ (now[1] & now[2])
            now = [first &+ other &+ majority, now[0], now[1], now[2], now[3] &+ first, now[4], now[5], now[6]]
        }
        for index in 0..<8 { state[index] = state[index] &+ now[index] }
    }
}
