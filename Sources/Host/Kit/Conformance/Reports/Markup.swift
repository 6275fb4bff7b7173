/// A piece of HTML or XML. What is interpolated as text is escaped; only pieces of markup are taken as they are, so
/// that nothing can be forgotten.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    init(stringLiteral value: String) { text = value }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    init(_ pieces: [Markup], separator: Markup = "") {
        text = pieces.map(\.text).joined(separator: separator.text)
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
        mutating func appendInterpolation(_ value: Int) { text += String(value) }
        mutating func appendInterpolation(_ piece: Markup) { text += piece.text }
        mutating func appendInterpolation(_ pieces: [Markup]) { text += pieces.map(\.text).joined() }
        /// `piece` or nothing.
        mutating func appendInterpolation(_ piece: Markup?) { text += piece?.text ?? "" }
    }

    /// `value` so that it is text anywhere in HTML or XML. Characters that XML cannot hold become U+FFFD.
    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value), "\u{FFFE}", "\u{FFFF}":
                text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Array {
    /// A piece of markup for each element.
    func markup(_ piece: (Element) -> Markup) -> Markup { Markup(map(piece)) }
}
