/// The calls of ``Adapter`` and its roles under the names by which a program is called: `adapter deploy`.
public enum AdapterCall: String, Codable, Sendable, CaseIterable {
    /// Tells the manifest; for programs that come without an `adapter.json`.
    case manifest
    /// ``Adapter/deploy(_:console:)``
    case deploy
    /// ``Adapter/stop(_:removing:console:)``
    case stop
    /// ``Adapter/remove(_:console:)``
    case remove
    /// ``Adapter/status(of:)``
    case status
    /// ``Adapter/logs(of:matching:console:)``
    case logs
    /// ``TaskRunning/run(_:console:)``
    case run
    /// ``TaskRunning/tasks(of:)``
    case tasks
    /// ``TaskRunning/logs(ofTask:of:matching:console:)``
    case taskLogs = "task-logs"
    /// ``TaskRunning/stopTasks(of:named:console:)``
    case stopTasks = "stop-tasks"
    /// ``TaskRunning/retireTasks(of:console:)``
    case retireTasks = "retire-tasks"
    /// ``SessionOpening/enter(_:console:)``
    case enter
    /// ``InstanceRetiring/promote(_:of:console:)``
    case promote
    /// ``InstanceRetiring/withdraw(_:of:console:)``
    case withdraw
    /// ``InstanceRetiring/resume(_:console:)``
    case resume
    /// ``InstanceRetiring/dismiss(_:)``
    case dismiss
    /// ``InstanceRetiring/retire(_:stopTimeout:console:)``
    case retire
    /// ``InstanceRetiring/leftovers(of:known:)``
    case leftovers
    /// ``InstanceRetiring/located(_:)``
    case located
    /// ``InstanceRetiring/prepareRestore(of:)``
    case prepareRestore = "prepare-restore"
    /// ``Inspecting/inspect(_:)``
    case inspect
    /// ``Planning/plan(_:)``
    case plan
    /// ``Comparing/compare(_:)``
    case compare
    /// ``CronKeeping/keep(_:of:console:)``
    case keepCron = "keep-cron"
    /// ``StorageExecuting/execute(_:console:)``
    case storageExec = "storage-exec"
    /// ``StorageExecuting/destroy(_:console:)``
    case storageDestroy = "storage-destroy"
    /// ``Examining/examine(_:console:)``
    case examine
    /// ``NodeListing/platforms(for:)``
    case platforms
    /// ``DeployLocking/takeLock(_:of:over:)``
    case takeLock = "take-lock"
    /// ``DeployLocking/renewLock(_:of:)``
    case renewLock = "renew-lock"
    /// ``DeployLocking/releaseLock(_:of:)``
    case releaseLock = "release-lock"
    /// ``DeployLocking/lock(of:)``
    case showLock = "show-lock"
    /// ``InstanceChecking/check(_:console:)``
    case check

    /// The role that the call belongs to; `nil` for those that every adapter answers.
    public var capability: Capability? {
        switch self {
        case .manifest, .deploy, .stop, .remove, .status, .logs: nil
        case .run, .tasks, .taskLogs, .stopTasks, .retireTasks: .run
        case .enter: .enter
        case .promote, .withdraw, .resume, .dismiss, .retire, .leftovers, .located, .prepareRestore: .retire
        case .inspect: .inspect
        case .plan: .plan
        case .compare: .diff
        case .keepCron: .cron
        case .storageExec, .storageDestroy: .storage
        case .examine: .doctor
        case .platforms: .nodes
        case .takeLock, .renewLock, .releaseLock, .showLock: .lock
        case .check: .check
        }
    }

    /// Whether the program's exit status is the workload's own.
    public var endsWithTheWorkloadsStatus: Bool {
        self == .run || self == .enter || self == .storageExec
    }
}
