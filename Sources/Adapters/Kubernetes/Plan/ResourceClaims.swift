import AdapterKit
import JSONDocument

/// Requests and limits of a container out of Dokku's reservations and limits (contract 3.9, 7.5).
struct ResourceClaims: Sendable, Equatable {
    private(set) var requests: [String: String] = [:]
    private(set) var limits: [String: String] = [:]
    /// What has no counterpart, as sentences for the person.
    private(set) var unmapped: [String] = []

    /// - Parameter owner: whose they are, for messages.
    init(_ resources: Resources, settings: ObjectSettings, owner: String) throws {
        requests = ["cpu": settings.defaultCPU, "memory": settings.defaultMemory]
        for (key, text) in resources.limits.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            try take(key, text, owner, into: \.limits)
        }
        for (key, text) in resources.reservations.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            try take(key, text, owner, into: \.requests)
        }
        // Nobody gets more than they may have.
        for (key, limit) in limits where resources.reservations[key]?.isEmpty ?? true {
            if key == "cpu" || key == "memory", Self.isLess(limit, than: requests[key] ?? "0") { requests[key] = limit }
        }
        requests = requests.filter { !Quantity.isZero($0.value) }
        limits = limits.filter { !Quantity.isZero($0.value) }
    }

    var document: JSONValue? {
        guard !requests.isEmpty || !limits.isEmpty else { return nil }
        var document: [String: JSONValue] = [:]
        if !requests.isEmpty { document["requests"] = .object(requests.mapValues { .string($0) }) }
        if !limits.isEmpty { document["limits"] = .object(limits.mapValues { .string($0) }) }
        return .object(document)
    }

    private mutating func take(
        _ key: String, _ text: String, _ owner: String, into part: WritableKeyPath<Self, [String: String]>
    ) throws {
        let verb = part == \.limits ? "limit" : "reserve"
        func parsed(_ amount: String?) throws -> String {
            if let amount { return amount }
            throw AdapterError(
                .invalidInput, "resource \(key) '\(text)' of \(owner) is no amount",
                hint: "resource:\(verb) --\(key) VALUE --process-type \(owner) APP")
        }
        switch key {
        case "cpu": self[keyPath: part]["cpu"] = try parsed(Quantity.cpu(text))
        case "memory": self[keyPath: part]["memory"] = try parsed(Quantity.memory(text))
        case "nvidia-gpu": limits["nvidia.com/gpu"] = text
        default: unmapped.append("resource \(key) of \(owner) has no counterpart in Kubernetes and is left out")
        }
    }

    private static func isLess(_ left: String, than right: String) -> Bool {
        func value(_ text: String) -> Double {
            let digits = text.prefix { $0.isNumber || $0 == "." }
            let factor: Double =
                switch text.dropFirst(digits.count) {
                case "m": 0.001
                case "Ki": 1_024
                case "Mi": 1_048_576
                case "Gi": 1_073_741_824
                case "Ti": 1_099_511_627_776
                default: 1
                }
            return (Double(digits) ?? 0) * factor
        }
        return value(left) < value(right)
    }
}
