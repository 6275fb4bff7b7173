import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: SessionOpening {
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        let instance = try session.instance()
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("enter \(instance.name) of \(session.app.name)") {
            let details: ContainerDetails
            do {
                details = try await engine.send(.inspectContainer(instance.id))
            } catch let failure as APIFailure where failure.status == 404 {
                throw AdapterError(.notFound, "Container is not running", details: ["\(instance.name) is gone"])
            }
            guard details.State.Running, details.State.Restarting != true else {
                throw AdapterError(
                    .notFound, "Container is not running",
                    details: ["\(instance.name) is \(details.State.Status)"], hint: "logs \(session.app.name)")
            }
            let kind = ImageFacts.Kind(
                labels: details.Config.Labels, environment: details.Config.Env, buildpackUser: session.buildpackUser)
            let words = session.command.isEmpty ? Shell.words(session.shell) : session.command
            return try await ExecSession(engine: engine, container: instance.id).run(
                kind == .herokuish ? ["/exec"] + words : words,
                workingDirectory: kind == .pack ? "/workspace" : nil, hasTerminal: session.hasTerminal,
                console: console)
        }
    }
}

extension Session {
    /// The live instance that the target means (contract 2.12).
    func instance() throws -> Instance {
        let live = app.live.sorted { $0.name < $1.name }
        let types = Set(live.map(\.name.process)).sorted().map(\.description).joined(separator: " ")
        let available = "Available types for app (\(app.name)): \(types)"
        guard let first = live.first else {
            throw AdapterError(
                .notFound, "No containers found for app", details: ["\(app.name) has not been deployed"],
                hint: "deploy \(app.name) --image IMAGE")
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
