extension Session {
    /// The instance of ``app`` that ``target`` means (contract 2.12).
    /// - Throws: ``AdapterError`` that says what there is to choose from.
    package func instance() throws -> Instance {
        let live = app.live.sorted { $0.name < $1.name }
        let types = Set(live.map(\.name.process)).sorted().map(\.description).joined(separator: " ")
        let available = "Available types for app (\(app.name)): \(types)"
        guard let first = live.first else {
            throw AdapterError(.notFound, "No containers found for app")
        }
        switch target {
        case .any:
            guard Set(live.map(\.name.process)).count == 1 else {
                throw AdapterError(.invalidInput, "No container type specified.", details: [available])
            }
            return first
        case .process(let type):
            guard let first = live.first(where: { $0.name.process == type }) else {
                throw AdapterError(.notFound, "No containers found for type '\(type)'", details: [available])
            }
            return first
        case .instance(let name):
            guard let found = live.first(where: { $0.name == name }) else {
                throw AdapterError(.notFound, "No containers found for type '\(name)'", details: [available])
            }
            return found
        case .id(let prefix):
            let found = live.filter { !prefix.isEmpty && $0.id.hasPrefix(prefix) }
            guard let first = found.first, found.count == 1 else {
                throw AdapterError(
                    .notFound, "Invalid container id for app: \(prefix)",
                    details: ["Available ids for app (\(app.name)): " + live.map(\.id).joined(separator: " ")])
            }
            return first
        }
    }
}
