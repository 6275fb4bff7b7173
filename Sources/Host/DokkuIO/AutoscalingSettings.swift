import AdapterKit

/// What `scheduler-NAME:autoscaling:set` keeps for one process type, as the parts of a map setting have it.
package struct AutoscalingSettings: Sendable, Equatable {
    private let values: [String: String]

    package init(_ values: [String: String]) {
        self.values = values
    }

    /// `rule` with what was set put over it; `nil` while nothing says what to follow.
    /// - Throws: ``AdapterError`` that names the value at fault.
    package func over(_ rule: Autoscaling?) throws -> Autoscaling? {
        var result = rule ?? Autoscaling(triggers: [])
        if let least = try number("min-quantity") { result.minimum = least }
        if let most = try number("max-quantity") { result.maximum = most }
        if let seconds = try number("cooldown-seconds") { result.cooldown = seconds }
        for resource in ["cpu", "memory"] {
            guard let percent = try number(resource) else { continue }
            result.triggers.removeAll { $0.type == resource }
            result.triggers.append(.init(type: resource, metadata: ["type": "Utilization", "value": String(percent)]))
        }
        if let least = result.minimum, let most = result.maximum, most < least {
            throw AdapterError(
                .invalidSettings, "autoscaling: max-quantity \(most) is less than min-quantity \(least)")
        }
        return result.triggers.isEmpty ? nil : result
    }

    private func number(_ name: String) throws -> Int? {
        guard let text = values[name], !text.isEmpty else { return nil }
        guard let number = Int(text), (0...1_000_000).contains(number) else {
            throw AdapterError(
                .invalidSettings, "autoscaling: \(name) must be a whole number, not '\(text.prefix(40))'")
        }
        return number
    }
}
