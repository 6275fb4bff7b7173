import JSONDocument

/// Changes to a document, one after the other (RFC 6902).
struct JSONPatch: Sendable, Equatable {
    /// Why a patch cannot be read or does not fit.
    struct Problem: Error, Equatable {
        /// Counted from 1.
        var operation: Int
        var text: String
    }

    private enum Action: Sendable, Equatable {
        case add(JSONValue), replace(JSONValue), test(JSONValue), remove, move(from: [String]), copy(from: [String])
    }

    private struct Operation: Sendable, Equatable {
        let action: Action
        let path: [String]
    }

    private let operations: [Operation]

    /// - Throws: ``Problem``
    init(_ list: [JSONValue]) throws {
        operations = try list.enumerated().map { index, item in
            do throws(Trouble) {
                return try Self.operation(item)
            } catch {
                throw Problem(operation: index + 1, text: error.text)
            }
        }
    }

    /// - Throws: ``Problem``; nothing is changed then.
    func applied(to document: JSONValue) throws -> JSONValue {
        var document = document
        for (index, operation) in operations.enumerated() {
            do throws(Trouble) {
                try Self.carryOut(operation, on: &document)
            } catch {
                throw Problem(
                    operation: index + 1, text: "\(error.text) (/\(operation.path.joined(separator: "/")))")
            }
        }
        return document
    }

    private struct Trouble: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    private static func operation(_ item: JSONValue) throws(Trouble) -> Operation {
        guard let word = item["op"]?.text else { throw Trouble("it has no op") }
        guard let path = item["path"]?.text else { throw Trouble("it has no path") }
        func value() throws(Trouble) -> JSONValue {
            guard let value = item["value"] else { throw Trouble("\(word) needs a value") }
            return value
        }
        func from() throws(Trouble) -> [String] {
            guard let from = item["from"]?.text else { throw Trouble("\(word) needs from") }
            return try pointer(from)
        }
        let action: Action
        switch word {
        case "add": action = .add(try value())
        case "replace": action = .replace(try value())
        case "test": action = .test(try value())
        case "remove": action = .remove
        case "move": action = .move(from: try from())
        case "copy": action = .copy(from: try from())
        default: throw Trouble("op '\(word.prefix(40))' is not add, remove, replace, move, copy or test")
        }
        return Operation(action: action, path: try pointer(path))
    }

    /// RFC 6901.
    private static func pointer(_ text: String) throws(Trouble) -> [String] {
        if text.isEmpty { return [] }
        guard text.hasPrefix("/") else { throw Trouble("the path '\(text.prefix(80))' does not begin with '/'") }
        return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
        }
    }

    private static func carryOut(_ operation: Operation, on document: inout JSONValue) throws(Trouble) {
        let path = operation.path[...]
        switch operation.action {
        case .add(let value): try put(value, at: path, in: &document, isNew: true)
        case .replace(let value):
            _ = try found(path, in: document)
            try put(value, at: path, in: &document, isNew: false)
        case .test(let value):
            guard try found(path, in: document) == value else { throw Trouble("the value there is another") }
        case .remove: _ = try taken(path, from: &document)
        case .move(let from):
            guard !(operation.path.starts(with: from) && operation.path != from) else {
                throw Trouble("a value cannot be moved into itself")
            }
            try put(try taken(from[...], from: &document), at: path, in: &document, isNew: true)
        case .copy(let from): try put(try found(from[...], in: document), at: path, in: &document, isNew: true)
        }
    }

    private static func found(_ path: ArraySlice<String>, in value: JSONValue) throws(Trouble) -> JSONValue {
        guard let step = path.first else { return value }
        switch value {
        case .object(let fields):
            guard let next = fields[step] else { throw Trouble("there is no '\(step)'") }
            return try found(path.dropFirst(), in: next)
        case .array(let items): return try found(path.dropFirst(), in: items[try index(step, below: items.count)])
        default: throw Trouble("'\(step)' would be part of a single value")
        }
    }

    private static func put(
        _ new: JSONValue, at path: ArraySlice<String>, in value: inout JSONValue, isNew: Bool
    ) throws(Trouble) {
        guard let step = path.first else {
            value = new
            return
        }
        let rest = path.dropFirst()
        switch value {
        case .object(var fields):
            var part = fields[step] ?? .null
            guard rest.isEmpty || fields[step] != nil else { throw Trouble("there is no '\(step)'") }
            try put(new, at: rest, in: &part, isNew: isNew)
            fields[step] = part
            value = .object(fields)
        case .array(var items):
            if rest.isEmpty, isNew {
                items.insert(new, at: step == "-" ? items.count : try index(step, below: items.count + 1))
            } else {
                try put(new, at: rest, in: &items[try index(step, below: items.count)], isNew: isNew)
            }
            value = .array(items)
        default: throw Trouble("'\(step)' would be part of a single value")
        }
    }

    private static func taken(_ path: ArraySlice<String>, from value: inout JSONValue) throws(Trouble) -> JSONValue {
        guard let step = path.first else { throw Trouble("the whole document cannot be removed") }
        let rest = path.dropFirst()
        switch value {
        case .object(var fields):
            guard var part = fields[step] else { throw Trouble("there is no '\(step)'") }
            let old = rest.isEmpty ? part : try taken(rest, from: &part)
            fields[step] = rest.isEmpty ? nil : part
            value = .object(fields)
            return old
        case .array(var items):
            let index = try index(step, below: items.count)
            let old = rest.isEmpty ? items.remove(at: index) : try taken(rest, from: &items[index])
            value = .array(items)
            return old
        default: throw Trouble("'\(step)' would be part of a single value")
        }
    }

    private static func index(_ step: String, below count: Int) throws(Trouble) -> Int {
        let isPlain =
            step == "0" || (step.first != "0" && !step.isEmpty && step.utf8.allSatisfy { (48...57).contains($0) })
        guard isPlain, let index = Int(step) else { throw Trouble("'\(step)' is no place in a list") }
        guard index < count else { throw Trouble("the list has no item \(index)") }
        return index
    }
}
