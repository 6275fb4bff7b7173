import JSONDocument

/// Where an object is kept.
struct ObjectKey: Sendable, Hashable, Comparable {
    var collection: String
    var namespace: String
    var name: String

    static func < (left: Self, right: Self) -> Bool {
        (left.collection, left.namespace, left.name) < (right.collection, right.namespace, right.name)
    }
}

/// One change, as those who watch hear of it.
struct Change: Sendable {
    enum Kind: Sendable { case added, modified, deleted }

    var kind: Kind
    var key: ObjectKey
    var object: JSONValue
    var before: JSONValue?
    var version: Int
}

/// All objects with one counter for all versions, and the changes since a while.
struct ObjectStore: Sendable {
    private(set) var objects: [ObjectKey: JSONValue] = [:]
    private(set) var version = 1_000
    private(set) var history: [Change] = []
    /// Changes older than this are forgotten: asking for them is answered with 410.
    private(set) var oldest = 1_000
    private var made = 0
    /// Told of every change.
    var watchers: [Int: AsyncStream<Change>.Continuation] = [:]

    static let remembered = 2_000

    subscript(key: ObjectKey) -> JSONValue? { objects[key] }

    func all(_ collection: String, in namespace: String? = nil) -> [(key: ObjectKey, object: JSONValue)] {
        objects.filter { $0.key.collection == collection && (namespace == nil || $0.key.namespace == namespace) }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Puts `object` there with a new version.
    /// - Returns: the object as it is kept.
    @discardableResult
    mutating func put(_ object: JSONValue, _ key: ObjectKey) -> JSONValue {
        let before = objects[key]
        var object = object
        // Nothing happens when nothing changes: no version, no event.
        if let before, before == object { return before }
        version += 1
        object.put(.string(String(version)), "metadata", "resourceVersion")
        objects[key] = object
        tell(
            Change(kind: before == nil ? .added : .modified, key: key, object: object, before: before, version: version)
        )
        return object
    }

    @discardableResult
    mutating func remove(_ key: ObjectKey) -> JSONValue? {
        guard var object = objects.removeValue(forKey: key) else { return nil }
        let before = object
        version += 1
        object.put(.string(String(version)), "metadata", "resourceVersion")
        tell(Change(kind: .deleted, key: key, object: object, before: before, version: version))
        return object
    }

    private mutating func tell(_ change: Change) {
        history.append(change)
        if history.count > Self.remembered {
            oldest = history[history.count - Self.remembered].version
            history.removeFirst(history.count - Self.remembered)
        }
        for watcher in watchers.values { watcher.yield(change) }
    }

    /// Forgets what has happened so far, as a server does after a while.
    mutating func compact() {
        history = []
        oldest = version
    }

    mutating func newUID() -> String {
        made += 1
        let digits = String(made, radix: 16)
        return "6f0e2c9a-51d7-4b38-9e04-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// The end of a generated name.
    mutating func newSuffix() -> String {
        made += 1
        return SafeLetters.text(UInt64(made) &* 2_654_435_761, length: 5)
    }
}

/// The letters that Kubernetes makes names of: none that could make a word.
enum SafeLetters {
    private static let letters = Array("bcdfghjklmnpqrstvwxz2456789")

    static func text(_ number: UInt64, length: Int) -> String {
        var rest = number
        return String(
            (0..<length).map { _ in
                defer { rest /= UInt64(letters.count) }
                return letters[Int(rest % UInt64(letters.count))]
            })
    }

    /// A short name for a text that is always the same.
    static func hash(_ text: String) -> String {
        let number = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return Self.text(number, length: 10)
    }
}
