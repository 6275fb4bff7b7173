import AdapterKit

/// An `image-repo-template`: Go's text/template with the one field `.AppName` (contract 5.1).
///
/// Texts, `{{ .AppName }}`, quoted strings, comments and the marks that trim blanks are understood; anything else that
/// Go would calculate is a problem, named as Go names an unknown function.
package struct ImageTemplate: Sendable, Equatable {
    package struct Problem: Error, Equatable {
        package var text: String
    }

    private enum Part: Equatable {
        case text(String)
        case appName
    }

    private let parts: [Part]

    /// - Throws: ``Problem``.
    package init(_ template: String) throws {
        var parts: [Part] = []
        var rest = Substring(template)
        var trimsNext = false
        while let start = rest.firstRange(of: "{{") {
            var text = String(rest[..<start.lowerBound])
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { throw Self.problem("unclosed action") }
            var action = rest[..<end.lowerBound]
            rest = rest[end.upperBound...]
            if trimsNext { text = String(text.drop { $0.isWhitespace }) }
            if action.hasPrefix("- ") {
                action = action.dropFirst(2)
                while text.last?.isWhitespace == true { text.removeLast() }
            }
            trimsNext = action.hasSuffix(" -")
            if trimsNext { action = action.dropLast(2) }
            parts.append(.text(text))
            if let part = try Self.part(String(action).trimmed) { parts.append(part) }
        }
        parts.append(.text(trimsNext ? String(rest.drop { $0.isWhitespace }) : String(rest)))
        self.parts = parts
    }

    private static func part(_ action: String) throws -> Part? {
        if action == ".AppName" || action == "$.AppName" { return .appName }
        if action.hasPrefix("/*"), action.hasSuffix("*/") { return nil }
        if action.count >= 2, let quote = action.first, quote == "\"" || quote == "`", action.last == quote {
            return .text(String(action.dropFirst().dropLast()))
        }
        if action.isEmpty { throw problem("missing value for command") }
        let word = action.prefix { $0 != " " }
        guard !word.hasPrefix(".") else {
            throw problem("<\(word)>: can't evaluate field \(word.dropFirst())")
        }
        throw problem("function \"\(word)\" not defined")
    }

    private static func problem(_ text: String) -> Problem { Problem(text: "template: :1: \(text)") }

    /// What the template makes of an app.
    package func text(for app: AppName) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .appName: app.description
            }
        }.joined()
    }
}

extension Substring {
    /// Where `text` stands first.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
