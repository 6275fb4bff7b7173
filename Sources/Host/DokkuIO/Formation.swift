import AdapterKit

/// How many instances of each process type an app is to have (contract 3.2).
package struct Formation: Sendable, Equatable {
    package var quantities: [ProcessType: Int]

    /// More instances of one type than one engine could ever hold.
    package static let largestQuantity = 1_000

    package init(_ quantities: [ProcessType: Int] = [:]) {
        self.quantities = quantities
    }

    /// `web=2`, as ps:scale takes it.
    /// - Throws: ``AdapterError`` that says what is wrong with which word.
    package init(parsing words: [String]) throws {
        quantities = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let type = try ProcessType(parts[0])
            guard parts.count == 2, !parts[1].isEmpty else {
                throw AdapterError(.invalidInput, "Missing count for process type \(word)", hint: "ps:scale APP web=2")
            }
            guard let quantity = Int(parts[1]), quantity >= 0 else {
                throw AdapterError(
                    .invalidInput, "Invalid count for process type \(type)",
                    details: ["'\(parts[1].prefix(40))' is not a whole number of at least 0"],
                    hint: "ps:scale APP \(type)=2")
            }
            guard quantity <= Self.largestQuantity else {
                throw AdapterError(
                    .invalidInput, "Invalid count for process type \(type)",
                    details: ["\(quantity) is more than \(Self.largestQuantity), the most that one engine is asked for"]
                )
            }
            quantities[type] = quantity
        }
    }

    /// What was scaled to, as kept; `nil` when the app was never scaled.
    package static func kept(_ app: AppName, _ layout: DokkuLayout) throws -> Formation? {
        let lines = try Properties(layout, plugin: "ps").list("scale", .app(app))
        return lines.isEmpty ? nil : try Formation(parsing: lines)
    }

    package func keep(for app: AppName, _ layout: DokkuLayout) throws {
        try Properties(layout, plugin: "ps").setList(
            "scale", to: quantities.sorted { $0.key.description < $1.key.description }.map { "\($0.key)=\($0.value)" },
            .app(app))
    }

    /// The formation of a project: `app.json` decides if it names any quantity, else what was scaled to; a type
    /// that nobody scaled has one instance if it is `web`, else none.
    package static func current(kept: Formation?, project: ProjectFiles) throws -> Formation {
        let types = project.procfile?.types ?? [.web]
        let fixed = project.appJSON.formation.compactMapValues(\.quantity)
        for (type, quantity) in fixed where quantity > largestQuantity {
            throw AdapterError(
                .invalidInput, "app.json: formation.\(type).quantity \(quantity) is more than \(largestQuantity)")
        }
        var quantities = kept?.quantities ?? [:]
        for type in types {
            quantities[type] = fixed.isEmpty ? quantities[type] ?? (type == .web ? 1 : 0) : fixed[type] ?? 0
        }
        if !fixed.isEmpty { for type in quantities.keys { quantities[type] = fixed[type] ?? 0 } }
        return Formation(quantities)
    }
}

extension Formation {
    /// - Throws: ``AdapterError`` when `type` is none of the formation's.
    package func require(_ type: ProcessType?, of app: AppName) throws {
        guard let type, quantities[type] == nil else { return }
        throw AdapterError(
            .notFound, "\(app) has no process type \(type)",
            details: ["process types: " + quantities.keys.sorted().map(\.description).joined(separator: ", ")])
    }
}
