import AdapterKit

/// Words by quotes and backslashes as a shell has them, nothing expanded (contract 2.5, phase 3).
package enum ShellWords {
    /// - Throws: ``AdapterError`` when a quote is not closed. `what` names the text in its message.
    package static func split(_ text: String, what: String) throws -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = text.makeIterator()
        while let character = characters.next() {
            if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"" {
                    let next = characters.next() ?? "\\"
                    word = (word ?? "") + (next == "\"" || next == "\\" || next == "$" ? "" : "\\") + String(next)
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == "\\" {
                word = (word ?? "") + (characters.next().map(String.init) ?? "\\")
            } else if character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote {
            // The text may hold values of the app's config: none of it is shown.
            throw AdapterError(.invalidInput, "\(what) has a quote (\(quote)) that is not closed")
        }
        if let whole = word { words.append(whole) }
        return words
    }

    /// `text` with `$NAME` and `${NAME}` replaced by their values; a name without a value is left as it stands.
    package static func fillingIn(_ text: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            filled += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            let body = isBraced ? rest.dropFirst() : rest
            let name = body.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            let isClosed = !isBraced || body.dropFirst(name.count).first == "}"
            guard isClosed, let value = values[String(name)] else {
                filled += "$"
                continue
            }
            filled += value
            rest = body.dropFirst(name.count + (isBraced ? 1 : 0))
        }
        return filled + rest
    }
}
