/// What `add`, `remove` and `set` do to a list.
protocol ListVerb: Sendable {
    static var name: String { get }
    /// As it continues "… of an app".
    static var summary: String { get }
    static func applied<Element: Equatable>(_ words: [Element], to list: [Element]) -> [Element]
}

enum Adding: ListVerb {
    static let name = "add"
    static let summary = "Add to the"
    static func applied<Element: Equatable>(_ words: [Element], to list: [Element]) -> [Element] { list + words }
}

enum Removing: ListVerb {
    static let name = "remove"
    static let summary = "Remove from the"
    static func applied<Element: Equatable>(_ words: [Element], to list: [Element]) -> [Element] {
        list.filter { !words.contains($0) }
    }
}

enum Setting: ListVerb {
    static let name = "set"
    static let summary = "Set the"
    static func applied<Element: Equatable>(_ words: [Element], to list: [Element]) -> [Element] { words }
}
