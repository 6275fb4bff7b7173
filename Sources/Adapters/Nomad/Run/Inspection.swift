import APIClient
import AdapterKit
import JSONDocument

extension NomadAdapter: Inspecting {
    func inspect(_ app: App) async throws -> [UInt8] {
        let server = try await connection.server()
        return try await NomadTrouble.translating("inspect \(app.name)") {
            let document = try await Inspection(server: server, settings: settings).document(of: app.name)
            return Array((document.indented(by: 4) + "\n").utf8)
        }
    }
}

/// An app's jobs and allocations as the servers describe them, without secrets.
struct Inspection: Sendable {
    let server: NomadServer
    let settings: NomadSettings

    func document(of app: AppName) async throws -> JSONValue {
        let id = Name.job(app)
        async let job = server.send(NomadCalls.job(id))
        async let cronJobs = ServerFacts.cronJobs(server, app, settings)
        async let allocations = server.send(NomadCalls.allocationDocuments(ofJob: id))
        async let variable = variable(of: id)
        let jobs = try await ([job].compactMap { $0 } + cronJobs)
            .filter { Meta.isOurs($0.meta, app, origin: settings.origin) }
        let isThere = jobs.contains { $0.id == id }
        let kept = try await allocations.filter { allocation in
            let status = allocation["ClientStatus"]?.text ?? ""
            return isThere && (status == "running" || status == "pending" || allocation["DesiredStatus"] == "run")
        }
        let text = SecretMask(try await jobs.flatMap { Self.secrets($0.document) } + variable)
        let mask = JobMask(mark: "XXXXXX", text: { text.masked($0) })
        return [
            "Jobs": .array(jobs.map { mask.masked($0.document) }), "Allocations": .array(kept.map(mask.masked)),
        ]
    }

    /// `NAME=value` for each value that the app's Variable holds. Who may not see it shows nothing of it either.
    private func variable(of id: String) async throws -> [String] {
        do {
            let items = try await server.send(NomadCalls.variable(Name.variable(id)))?.Items ?? [:]
            return items.values.flatMap(EnvironmentText.pairs)
        } catch let failure as APIFailure where [400, 403, 404].contains(failure.status) {
            return []
        }
    }

    /// The same for what stands in a job.
    private static func secrets(_ job: JSONValue) -> [String] {
        let tasks = (job["TaskGroups"]?.items ?? []).flatMap { $0["Tasks"]?.items ?? [] }
        return tasks.flatMap { task in
            (task["Env"]?.fields ?? [:]).compactMap { name, value in value.text.map { "\(name)=\($0)" } }
                + (task["Templates"]?.items ?? []).compactMap { $0["EmbeddedTmpl"]?.text }
                .flatMap(EnvironmentText.pairs)
        }
    }
}
