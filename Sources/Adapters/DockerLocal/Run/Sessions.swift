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
