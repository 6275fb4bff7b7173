import APIClient
import AdapterKit

/// Which of the jobs on the servers are an app's.
struct AppJobs: Sendable {
    let server: NomadServer
    let settings: NomadSettings

    /// A one-off run or a periodic job.
    struct Found: Sendable {
        var job: LiveJob
        /// What it has started by itself.
        var children: [JobStub] = []

        var isPeriodic: Bool { (job.document["Periodic"] ?? .null) != .null }
        var role: Meta.Role? { job.meta[Meta.role].flatMap(Meta.Role.init(rawValue:)) }
    }

    /// The app's own job.
    /// - Throws: ``AdapterError`` when the job of that name is somebody else's.
    func main(_ app: AppName) async throws -> LiveJob? {
        let job = try await server.send(NomadCalls.job(Name.job(app)))
        if let job { try NomadPlan.requireOurs(job, app, settings) }
        return job
    }

    /// The jobs that run once or periodically, of `app` or of all apps of ours.
    func others(of app: AppName?) async throws -> [Found] {
        let stubs = try await server.send(NomadCalls.jobs(prefix: app.map(Name.job) ?? ""))
        let heads = stubs.filter { ($0.ParentID ?? "").isEmpty && Self.isCandidate($0, app) }
        let children = Dictionary(grouping: stubs.filter { !($0.ParentID ?? "").isEmpty }) { $0.ParentID ?? "" }
        let jobs = try await throttled(heads, atOnce: 8) { try await server.send(NomadCalls.job($0.ID)) }
        return jobs.compactMap { $0 }.filter { isOurs($0, app) && $0.meta[Meta.role] != nil }
            .map { Found(job: $0, children: children[$0.id] ?? []) }
            .sorted { ($0.job.submitTime, $0.job.id) < ($1.job.submitTime, $1.job.id) }
    }

    /// The one called `id`; `nil` when there is none, or it is not the app's.
    func other(_ id: String, of app: AppName?) async throws -> Found? {
        guard let job = try await server.send(NomadCalls.job(id)), isOurs(job, app), job.meta[Meta.role] != nil else {
            return nil
        }
        return Found(job: job)
    }

    private func isOurs(_ job: LiveJob, _ app: AppName?) -> Bool {
        if let app { return Meta.isOurs(job.meta, app, origin: settings.origin) }
        return job.meta[Meta.app] != nil && (job.meta[Meta.origin] ?? "") == settings.origin
    }

    /// Whether it is worth to look at a job more closely.
    private static func isCandidate(_ stub: JobStub, _ app: AppName?) -> Bool {
        guard stub.Type == "batch" else { return false }
        guard let app else {
            return Meta.Role.allCases.contains { stub.ID.contains("-\($0.noun)-") }
        }
        return stub.ID.hasPrefix(Name.taskPrefix(app)) || stub.ID.hasPrefix(Name.cronPrefix(app))
    }
}
