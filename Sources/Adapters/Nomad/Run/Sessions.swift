import APIClient
import AdapterKit

extension NomadAdapter: SessionOpening {
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        let server = try await connection.server()
        return try await NomadTrouble.translating("enter \(session.app.name)") {
            try await EnteredSession(server: server, origin: settings.origin).enter(session, console: console)
        }
    }
}

/// A session in one of an app's instances.
struct EnteredSession: Sendable {
    let server: NomadServer
    let origin: String

    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        let live = try await LiveAllocations.read(server, session.app.name, origin: origin)
        var session = session
        // What is there, not what was recorded: Nomad replaces allocations by itself.
        session.app.live = live.named.map { Instance(id: $0.allocation.ID, name: $0.name) }
        let instance = try session.instance()
        guard let found = live.named.first(where: { $0.allocation.ID == instance.id })?.allocation else {
            throw AdapterError(.notFound, "Container is not running", details: ["\(instance.name) is gone"])
        }
        guard found.TaskStates?[found.TaskGroup]?.State == "running" else {
            throw AdapterError(
                .notFound, "Container is not running",
                details: ["\(instance.name) (allocation \(found.ID)) is \(found.ClientStatus)"],
                hint: "logs \(session.app.name)")
        }
        let words = session.command.isEmpty ? Shell.words(session.shell) : session.command
        return try await ExecSession(server: server, allocation: found.ID, task: found.TaskGroup)
            .run(live.imageKind(found.TaskGroup).starting(words), hasTerminal: session.hasTerminal, console: console)
    }
}
