import APIClient
import AdapterKit
import DockerEngine
import JSONDocument

extension DockerLocalAdapter: DriftFinding {
    func drift(of deployment: Deployment) async throws -> [Comparison.Part] {
        let engine = try await connection.engine()
        let facts = try await imageFacts(deployment.image, engine: engine)
        let plan = try await ContainerPlan(
            deployment, image: facts, engineArchitecture: engine.architecture(), settings: settings)
        let app = deployment.app
        let live = Dictionary(app.live.map { ($0.name, $0.id) }) { $1 }
        let planned = plan.groups.flatMap(\.containers)
        let parts = try await EngineTrouble.translating("look at the containers of \(app.name)") {
            try await throttled(planned, atOnce: 8) { container in
                let title = ContainerName.live(app.name, container.instance)
                guard let id = live[container.instance] else {
                    return Comparison.Part(title, .create, lines: ["- no container is recorded"])
                }
                do {
                    let bytes = try await engine.send(.inspectContainerRaw(id))
                    let document = try JSONValue(parsing: bytes)
                    let state = document["State"]?["Status"]?.text ?? "unknown"
                    guard state == "running" else {
                        return Comparison.Part(title, .create, lines: ["- container \(id.prefix(12)) is \(state)"])
                    }
                    let lines = try ContainerDrift(planned: container, app: app.name, image: facts.id).lines(document)
                    return Comparison.Part(title, lines.isEmpty ? .keep : .update, lines: lines)
                } catch let failure as APIFailure where failure.status == 404 {
                    return Comparison.Part(title, .create, lines: ["- container \(id.prefix(12)) is gone"])
                }
            }
        }
        let wanted = Set(planned.map(\.instance))
        return parts
            + app.live.filter { !wanted.contains($0.name) }.map {
                Comparison.Part(ContainerName.live(app.name, $0.name), .delete)
            }
    }
}
