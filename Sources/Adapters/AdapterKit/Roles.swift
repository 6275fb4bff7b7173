/// Can run one-off tasks (`run`, `run:detached`, cron tasks). Capability ``Capability/run``.
public protocol TaskRunning: Adapter {
    /// Runs `task` once.
    /// - Returns: the task's own exit status; success, with the task's name written to standard output, when it is
    ///   detached.
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus

    /// The app's tasks that still exist, running or not.
    func tasks(of app: App) async throws -> [TaskRecord]

    /// Copies the log of the task called `name` to `console`.
    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws

    /// Stops the task called `name`, or all of `app`.
    /// - Returns: the names of the tasks that were stopped.
    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String]

    /// Stops and removes tasks that have outlived their time, of `app` or of all apps.
    func retireTasks(of app: App?, console: any Console) async throws
}

/// Can open a session in a running instance (`enter`). Capability ``Capability/enter``.
public protocol SessionOpening: Adapter {
    /// Runs `session`'s command in a running instance, joined to `console`.
    /// - Returns: the command's own exit status.
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus
}

/// Brings new instances up beside the old ones, and so has old ones to take down. Capability ``Capability/retire``.
///
/// The host calls ``promote(_:of:console:)`` after it has recorded a rollout's instances and before traffic moves,
/// ``withdraw(_:of:console:)`` instead when traffic could not be moved, and ``retire(_:stopTimeout:console:)`` when the grace of
/// superseded instances is over.
public protocol InstanceRetiring: Adapter {
    /// Gives the new instances the names of the ones they supersede.
    func promote(_ rollout: Rollout, of app: App, console: any Console) async throws

    /// Removes the new instances and gives the superseded ones their names back.
    func withdraw(_ rollout: Rollout, of app: App, console: any Console) async throws

    /// Starts instances again that were stopped; one that runs is left alone.
    func resume(_ instances: [Instance], console: any Console) async throws

    /// Tells instances that no longer get traffic to finish their work.
    func dismiss(_ instances: [String]) async throws

    /// Stops and removes the instances with these ids. One that is gone already counts as retired.
    /// - Parameter stopTimeout: seconds an instance may take to stop before it is killed.
    /// - Returns: the ids that are gone now.
    func retire(_ instances: [String], stopTimeout: Int, console: any Console) async throws -> [String]

    /// The ids of deployed instances of `app` that are not among `known`: what a deploy left that
    /// was killed before it could clean up.
    func leftovers(of app: App, known: Set<String>) async throws -> [String]

    /// The same instances with the addresses that they have now: one that was stopped and started may have another.
    func located(_ instances: [Instance]) async throws -> [Instance]

    /// Removes stopped instances that a reboot would otherwise bring back.
    func prepareRestore(of app: App) async throws
}

/// Can show what it runs, values masked (`ps:inspect`). Capability ``Capability/inspect``.
public protocol Inspecting: Adapter {
    /// The backend's own description of the app's instances, as a JSON document without secrets.
    func inspect(_ app: App) async throws -> [UInt8]
}

/// Can tell what a deployment would become, without doing it (`plan`). Capability ``Capability/plan``.
public protocol Planning: Adapter {
    /// The plan as a JSON document without secrets. Asks the backend questions, changes nothing.
    func plan(_ deployment: Deployment) async throws -> [UInt8]
}

/// Runs an app's periodic tasks itself. Capability ``Capability/cron``.
///
/// ``Adapter/deploy(_:console:)`` brings them up with the release; this keeps up with what changes between deploys.
public protocol CronKeeping: Adapter {
    /// Suspends and resumes the app's tasks as `tasks` says. A task that was not deployed yet comes with the next deploy.
    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws
}

/// Provides storage entries, for `storage:exec` and `storage:destroy`. Capability ``Capability/storage``.
public protocol StorageExecuting: Adapter {
    /// Runs `task`, whose only mount is the entry, at `/data`.
    /// - Returns: the command's own exit status.
    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus

    /// Deletes the entry with all that is stored in it. No app mounts it any more, but instances of a release may run
    /// that did. One that is gone, or was never made, is fine.
    func destroy(_ entry: StorageEntry, console: any Console) async throws
}

/// Can say whether the backend lets us do what we need (`doctor`). Capability ``Capability/doctor``.
public protocol Examining: Adapter {
    /// Asks the backend and changes nothing. An unreachable backend is a finding, not an error.
    func examine(_ app: App?, console: any Console) async throws -> Examination
}

/// Can tell what a deployment would change (`plan --diff`). Capability ``Capability/diff``.
public protocol Comparing: Planning {
    /// Compares `deployment` with what is live; changes nothing.
    func compare(_ deployment: Deployment) async throws -> Comparison
}

/// Can tell what the machines are that an app may run on. Capability ``Capability/nodes``.
///
/// The host asks before it pushes an image: one that no node can run is better refused than found out.
public protocol NodeListing: Adapter {
    /// The platforms of the nodes on which instances of `app` may be placed, those included that are away for now.
    /// Empty when there is none yet, and when it is not ours to know: a missing right is no error here.
    func platforms(for app: App) async throws -> Set<Platform>
}

/// Keeps a lock an app, by which hosts that share the backend deploy it one after the other. Capability
/// ``Capability/lock``.
///
/// The host decides when to take it, how often to renew it, and when one that nobody renews may be taken over. The
/// adapter answers for one thing: of two who write at a time, one succeeds. No clock of the backend's counts.
public protocol DeployLocking: Adapter {
    /// Takes the lock of `app`.
    /// - Parameter outdated: the lock that is taken over, as it was seen last; `nil` takes only what nobody has.
    /// - Returns: `nil` when the lock is ours now, and was already; else the lock that is there.
    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock?

    /// Writes `lock` down again, with its new ``HeldLock/renewed``.
    /// - Returns: whether it was still there. If not, somebody has taken it away on purpose, or over.
    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool

    /// Lets go of `lock`, and leaves nothing of it behind. One that is gone, or is somebody else's by now, is fine.
    func releaseLock(_ lock: HeldLock, of app: App) async throws

    /// The lock of `app`; `nil` when nobody has it.
    func lock(of app: App) async throws -> HeldLock?
}

/// Can check instances that run already (`checks:run`). Capability ``Capability/check``.
///
/// For schedulers that check an instance once, before it takes over. One that goes on checking shows what it finds as
/// the instance's state, and needs no second way to say it.
public protocol InstanceChecking: Adapter {
    /// Checks instances that serve, and changes nothing: one that fails goes on as it is.
    /// - Returns: the instances that failed, those that are gone or do not run among them.
    func check(_ checkup: Checkup, console: any Console) async throws -> [FailedInstance]
}

/// Runs a command beside a folder of this host. The host's own business: nothing that an adapter declares.
package protocol FolderExecuting: Adapter {
    /// Runs `task`, joined to `console`.
    /// - Returns: the command's own exit status.
    func execute(_ task: FolderTask, console: any Console) async throws -> ExitStatus
}

/// Knows which images of this host's engine nobody needs any more. The host's own business: nothing that an adapter
/// declares.
package protocol ImageRetiring: Adapter {
    /// The images of `instances` that no other instance of `app` uses, those in `retiring` aside: ids, and the names
    /// by which they are known beside their own.
    func unusedImages(of instances: [String], app: App, retiring: Set<String>) async throws -> [String]

    /// Removes images that nobody uses.
    /// - Returns: the ones that need not be thought of any more.
    func retireImages(_ images: [String], of app: AppName) async throws -> [String]
}

/// Knows how what it has made differs from what it was told to make. The host's own business, for schedulers that keep
/// no record of their own; those that do are ``Comparing``.
package protocol DriftFinding: Adapter {
    /// Compares what a deployment has made, as the host recorded it, with what is there; changes nothing.
    func drift(of deployment: Deployment) async throws -> [Comparison.Part]
}
