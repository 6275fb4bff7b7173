import JSONDocument

/// Makes values of events.
struct YAMLLoader {
    private struct Node {
        var value: JSONValue
        /// Of how many values it is made.
        var size = 1
        /// How deep it is nested.
        var height = 0

        mutating func hold(_ part: Node) {
            size += part.size
            height = max(height, part.height + 1)
        }
    }

    private let events: YAMLEvents
    private let limits: YAMLDocument.Limits
    private var anchors: [String: Node] = [:]
    private var nodes = 0

    init(_ events: YAMLEvents, _ limits: YAMLDocument.Limits) {
        self.events = events
        self.limits = limits
    }

    mutating func documents() throws -> [YAMLDocument.Placed] {
        var documents: [YAMLDocument.Placed] = []
        while true {
            switch try events.next() {
            case .end: return documents
            case .documentStart:
                anchors = [:]
                let first = try events.next()
                let line = events.line
                documents.append(.init(value: try node(first, depth: 0).value, line: line))
            default: throw problem("a document was expected")
            }
        }
    }

    private func problem(_ text: String) -> YAMLProblem {
        YAMLProblem(text, line: events.line, column: events.column)
    }

    private mutating func count(_ more: Int) throws {
        nodes += more
        guard nodes <= limits.nodes else { throw problem("it has more than \(limits.nodes) values") }
    }

    private func check(depth: Int) throws {
        guard depth <= limits.depth else { throw problem("it is nested deeper than \(limits.depth) levels") }
    }

    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws -> Node {
        try check(depth: depth)
        switch event {
        case .scalar(let scalar, let anchor):
            try count(1)
            guard let value = scalar.value else { throw problem("the tag \(scalar.tag ?? "") does not fit the value") }
            return anchored(Node(value: value), anchor)
        case .listStart(let tag, let anchor):
            try check(tag, "tag:yaml.org,2002:seq")
            return anchored(try list(depth), anchor)
        case .mappingStart(let tag, let anchor):
            try check(tag, "tag:yaml.org,2002:map")
            return anchored(try mapping(depth), anchor)
        case .alias(let name):
            guard let node = anchors[name] else { throw problem("the alias *\(name) has no anchor before it") }
            try count(node.size)
            try check(depth: depth + node.height)
            return node
        default: throw problem("a value was expected")
        }
    }

    private mutating func anchored(_ node: Node, _ anchor: String?) -> Node {
        if let anchor { anchors[anchor] = node }
        return node
    }

    private func check(_ tag: String?, _ expected: String) throws {
        guard tag == nil || tag == expected || tag == "!" else {
            throw problem("the tag \(tag ?? "") does not fit the value")
        }
    }

    private mutating func list(_ depth: Int) throws -> Node {
        try count(1)
        var items: [JSONValue] = []
        var whole = Node(value: .null)
        while true {
            let event = try events.next()
            if case .listEnd = event { break }
            let item = try node(event, depth: depth + 1)
            items.append(item.value)
            whole.hold(item)
        }
        whole.value = .array(items)
        return whole
    }

    private mutating func mapping(_ depth: Int) throws -> Node {
        try count(1)
        var fields: [String: JSONValue] = [:]
        var merged: [[String: JSONValue]] = []
        var whole = Node(value: .null)
        while true {
            let event = try events.next()
            if case .mappingEnd = event { break }
            guard case .scalar(let key, let anchor) = event else { throw problem("a key must be a word") }
            if let anchor { anchors[anchor] = Node(value: .string(key.text)) }
            let isMerge = key.isPlain && key.text == "<<"
            guard isMerge || fields[key.text] == nil else {
                throw problem("the key '\(key.text.prefix(64))' stands twice")
            }
            let part = try node(events.next(), depth: depth + 1)
            whole.hold(part)
            guard isMerge else {
                fields[key.text] = part.value
                continue
            }
            for source in part.value.items ?? [part.value] {
                guard let fields = source.fields else { throw problem("'<<' needs a mapping, or a list of them") }
                merged.append(fields)
            }
        }
        // What stands in the mapping itself goes before, wherever the merge key stands.
        for more in merged { fields.merge(more) { own, _ in own } }
        whole.value = .object(fields)
        return whole
    }
}
