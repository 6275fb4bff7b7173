import AdapterKit

/// `formation.TYPE.autoscaling` as it is written (contract 3.10).
extension AppJSON {
    struct AutoscalingEntry: Decodable {
        struct Trigger: Decodable {
            var type: String?
            var metadata: [String: Scalar]?
        }

        /// A list, or a map by the trigger's name; a map's order is that of the names.
        struct Triggers: Decodable {
            var list: [(name: String?, trigger: Trigger)]

            init(from decoder: any Decoder) throws {
                if var items = try? decoder.unkeyedContainer() {
                    list = []
                    while !items.isAtEnd { list.append((nil, try items.decode(Trigger.self))) }
                } else {
                    let fields = try decoder.singleValueContainer().decode([String: Trigger].self)
                    list = fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
                }
            }
        }

        var cooldown_period_seconds: Int?
        var min_quantity: Int?
        var max_quantity: Int?
        var triggers: Triggers?

        /// - Returns: `nil` where there is no trigger: nothing would ever scale.
        func rule(place: String) throws -> Autoscaling? {
            func wrong(_ what: String) -> AdapterError { AdapterError(.invalidInput, "\(place)\(what)") }
            guard let triggers, !triggers.list.isEmpty else { return nil }
            for (name, number) in [
                ("cooldown_period_seconds", cooldown_period_seconds), ("min_quantity", min_quantity),
                ("max_quantity", max_quantity),
            ] {
                if let number, number < 0 { throw wrong(".\(name) must not be negative") }
            }
            if let least = min_quantity, let most = max_quantity, most < least {
                throw wrong(".max_quantity \(most) is less than min_quantity \(least)")
            }
            return Autoscaling(
                minimum: min_quantity, maximum: max_quantity, cooldown: cooldown_period_seconds ?? 300,
                triggers: try triggers.list.enumerated().map { index, item in
                    guard let type = item.trigger.type ?? item.name, !type.isEmpty else {
                        throw wrong(".triggers[\(index)] lacks 'type'")
                    }
                    return .init(type: type, metadata: (item.trigger.metadata ?? [:]).mapValues(\.text))
                })
        }
    }

    /// A text, or a number or truth value that is meant as one.
    struct Scalar: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                text = String(flag)
            } else if let number = try? value.decode(Int.self) {
                text = String(number)
            } else if let number = try? value.decode(Double.self) {
                text = String(number)
            } else {
                text = try value.decode(String.self)
            }
        }
    }
}
