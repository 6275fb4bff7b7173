import AdapterKit
import DokkuIO

/// Hands on to a Dokku's plugins what happens to containers (contract 3.12).
struct ContainerEvents: Sendable {
    let plugn: Plugn
    /// The scheduler that tells.
    let scheduler: String

    /// - Throws: ``AdapterError`` when a plugin fails: the container is not what it should be then.
    func tell(_ event: ContainerEvent) async throws {
        switch event {
        case .made(let id, let app, let process?):
            try await plugn.fire(
                "post-container-create", ["app", id, app.description, "deploy", process.description])
        case .made(let id, let app, nil):
            try await plugn.fire("post-container-create", ["app", id, app.description, "run"])
        case .serves(let process, let app):
            try await plugn.fire("scheduler-post-deploy-process", [app.description, process.description])
        case .ended(let id, let app, let status):
            try await plugn.fire("scheduler-post-run", [scheduler, app.description, id, String(status.rawValue)])
        }
    }
}
