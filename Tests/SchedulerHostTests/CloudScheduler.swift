import AdapterKit
import Synchronization

@testable import SchedulerHost

/// A scheduler that keeps its own record, in namespaces of contexts; all of it lives in the test.
final class CloudScheduler: Sendable {
    struct Release: Sendable, Equatable {
        var id: String
        var image: String
        var processes: [String: Int]
        var isRestart: Bool
        var keepsRunning: Bool
    }

    struct State: Sendable {
        /// By `CLUSTER/NAMESPACE/APP`.
        var releases: [String: Release] = [:]
        var calls: [String] = []
        var settings: [String: String] = [:]
        var annotations: [String: String] = [:]
        var keptCron: [CronTask] = []
        var deployments: [Deployment] = []
        var tasks: [OneOffTask] = []
        var failure: AdapterError?
        /// Tasks whose command has this word end with 3.
        var failingTask: String?
        var removalFailure: AdapterError?
        /// Where no context leads.
        var currentCluster = "one"
        var tellsPlaces = true
        var comparison = Comparison(parts: [], token: "t0")
        var findings: [Examination.Finding] = []
    }

    let state = Mutex(State())

    /// Contexts that lead to one cluster: `alias` is another name of `one`.
    func cluster(_ context: String?) -> String {
        context == "alias" ? "one" : context ?? state.withLock { $0.currentCluster }
    }

    var plugin: AdapterPlugin {
        AdapterPlugin(
            manifest: Manifest(
                scheduler: "cloud", capabilities: [.run, .plan, .diff, .cron, .storage, .doctor], images: .registry,
                cron: .scheduler),
            settings: [
                SettingDeclaration("namespace", default: "default", isPlace: true, summary: "where"),
                SettingDeclaration("context", isPlace: true, summary: "which cluster"),
                SettingDeclaration("limit", summary: "a number"),
                SettingDeclaration("annotations", map: SettingMap(resources: ["pod"]), summary: "annotations"),
                SettingDeclaration(
                    "autoscaling", map: SettingMap(keys: SettingMap.autoscalingKeys), summary: "autoscaling"),
            ],
            variables: ["CLOUD_HOME"],
            make: { context in
                _ = try context.settings.number("limit", atLeast: 1, default: 1)
                return CloudAdapter(self, context.settings)
            })
    }

    var catalog: Catalog { Catalog([plugin, .dockerLocal, .null]) }
    var releases: [String: Release] { state.withLock { $0.releases } }
    var calls: [String] { state.withLock { $0.calls } }
    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
}

struct CloudAdapter: Adapter {
    let cloud: CloudScheduler
    let settings: Settings

    init(_ cloud: CloudScheduler, _ settings: Settings) {
        self.cloud = cloud
        self.settings = settings
    }

    private var place: String { cloud.cluster(settings.text("context")) + "/" + (settings.text("namespace") ?? "") }

    private func key(_ app: AppName) -> String { "\(place)/\(app)" }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let place = place
        let key = key(deployment.app.name)
        return try cloud.state.withLock { state in
            state.deployments.append(deployment)
            state.annotations = settings.parts(of: "annotations")
            if let failure = state.failure { throw failure }
            state.calls.append("deploy \(key)")
            var processes = state.releases[key]?.processes ?? [:]
            for process in deployment.affectedProcesses { processes[process.type.description] = process.quantity }
            let id = state.releases[key]?.id ?? "pod-\(state.calls.count)"
            state.releases[key] = .init(
                id: id, image: deployment.image.local.description, processes: processes,
                isRestart: deployment.isRestart, keepsRunning: deployment.keepsRunning)
            return Rollout(
                instances: [Instance(id: id, name: InstanceName(.web, 1), address: "10.0.0.1", port: 5_000)],
                superseded: [], place: state.tellsPlaces ? place : nil)
        }
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws { note("stop", app.name) }

    func remove(_ app: App, console: any Console) async throws {
        note("remove", app.name)
        if let failure = cloud.state.withLock({ $0.removalFailure }) { throw failure }
        let key = key(app.name)
        cloud.state.withLock { $0.releases[key] = nil }
    }

    func status(of app: App) async throws -> AppStatus {
        note("status", app.name)
        let key = key(app.name)
        guard let release = cloud.state.withLock({ $0.releases[key] }) else { return AppStatus(states: []) }
        return AppStatus(states: [
            InstanceState(name: InstanceName(.web, 1), id: release.id, state: "Running", isRunning: true)
        ])
    }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws { note("logs", app.name) }

    private func note(_ call: String, _ app: AppName) {
        let key = key(app)
        cloud.state.withLock { $0.calls.append("\(call) \(key)") }
    }
}

extension CloudAdapter: TaskRunning, CronKeeping, StorageExecuting, Examining, Comparing {
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        let command = task.command.joined(separator: " ")
        let failing = cloud.state.withLock { state in
            state.calls.append("run \(task.cronID ?? "-") \(command)")
            state.tasks.append(task)
            return state.failingTask
        }
        return failing.map(command.contains) == true ? ExitStatus(rawValue: 3) : .success
    }

    func tasks(of app: App) async throws -> [TaskRecord] { [] }
    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {}
    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] { [] }
    func retireTasks(of app: App?, console: any Console) async throws {
        cloud.state.withLock { $0.calls.append("retire-tasks \(app?.name.description ?? "all")") }
    }

    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws {
        cloud.state.withLock { $0.keptCron = tasks }
    }

    func destroy(_ entry: StorageEntry, console: any Console) async throws {
        let place = place
        cloud.state.withLock { $0.calls.append("destroy \(place) \(entry.name)") }
        if let failure = cloud.state.withLock({ $0.removalFailure }) { throw failure }
    }

    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus {
        cloud.state.withLock {
            $0.calls.append("exec \(task.entry.name) \(task.image) \(task.command.joined(separator: " "))")
        }
        return ExitStatus(rawValue: 7)
    }

    func examine(_ app: App?, console: any Console) async throws -> Examination {
        Examination(findings: cloud.state.withLock { $0.findings }, rights: "kind: Role\n")
    }

    func plan(_ deployment: Deployment) async throws -> [UInt8] { Array("{}\n".utf8) }

    func compare(_ deployment: Deployment) async throws -> Comparison {
        cloud.state.withLock {
            $0.deployments.append(deployment)
            return $0.comparison
        }
    }
}
