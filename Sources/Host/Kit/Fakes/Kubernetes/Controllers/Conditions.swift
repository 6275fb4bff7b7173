import JSONDocument

/// A list of conditions, as most statuses have one.
struct Conditions {
    private(set) var items: [JSONValue]
    private let now: JSONValue
    /// The field that tells when somebody last looked, where a kind has one.
    private let looked: String?

    init(_ status: JSONValue?, now: JSONValue, looked: String? = nil) {
        items = status?["conditions"]?.items ?? []
        self.now = now
        self.looked = looked
    }

    subscript(type: String) -> JSONValue? { items.first { $0["type"]?.text == type } }

    mutating func set(_ type: String, _ isTrue: Bool, _ reason: String? = nil, _ message: String? = nil) {
        let status: JSONValue = isTrue ? "True" : "False"
        var condition = self[type] ?? ["type": .string(type)]
        let isOther = condition["status"] != status
        guard isOther || condition["reason"]?.text != reason || condition["message"]?.text != message else { return }
        condition["status"] = status
        condition["reason"] = reason.map { .string($0) }
        condition["message"] = message.map { .string($0) }
        if isOther { condition["lastTransitionTime"] = now }
        if let looked { condition[looked] = looked == "lastProbeTime" ? condition[looked] ?? .null : now }
        if let index = items.firstIndex(where: { $0["type"]?.text == type }) {
            items[index] = condition
        } else {
            items.append(condition)
        }
    }

    mutating func remove(_ type: String) { items.removeAll { $0["type"]?.text == type } }
}
