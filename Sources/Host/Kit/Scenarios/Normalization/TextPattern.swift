/// A kind of text that a server makes up, described letter by letter: `#` a hexadecimal digit, `9` a digit, `*` a small
/// letter or digit, `+` the one before once more or oftener; everything else stands for itself.
///
/// It is found only where no letter or digit goes on at a side that is one itself.
package struct TextPattern: Sendable, Hashable {
    private struct Place: Hashable {
        var letter: UInt8
        var isRepeated: Bool

        func fits(_ byte: UInt8) -> Bool {
            switch letter {
            case UInt8(ascii: "#"): Self.isDigit(byte) || (97...102).contains(byte)
            case UInt8(ascii: "9"): Self.isDigit(byte)
            case UInt8(ascii: "*"): Self.isDigit(byte) || (97...122).contains(byte)
            default: byte == letter
            }
        }

        static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    }

    private let places: [Place]
    private let isOpenLeft: Bool
    private let isOpenRight: Bool

    package init(_ text: String) {
        var places: [Place] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: "+"), !places.isEmpty {
                places[places.count - 1].isRepeated = true
            } else {
                places.append(Place(letter: byte, isRepeated: false))
            }
        }
        self.places = places
        func isBoundary(_ place: Place?) -> Bool { place.map { "#9*".utf8.contains($0.letter) } ?? false }
        isOpenLeft = !isBoundary(places.first)
        isOpenRight = !isBoundary(places.last)
    }

    /// Where it ends when it begins at `start`; `nil` when it is not there.
    func end(in bytes: [UInt8], at start: Int) -> Int? {
        if !isOpenLeft, start > 0, Self.isWord(bytes[start - 1]) { return nil }
        var index = start
        for place in places {
            guard index < bytes.count, place.fits(bytes[index]) else { return nil }
            index += 1
            while place.isRepeated, index < bytes.count, place.fits(bytes[index]) { index += 1 }
        }
        if !isOpenRight, index < bytes.count, Self.isWord(bytes[index]) { return nil }
        return index
    }

    static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
    }
}
