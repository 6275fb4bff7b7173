import AdapterKit
import JSONDocument

/// An app's lock as the meta of a job that runs nothing: a parameterized one that nobody dispatches. All versions have
/// such jobs, and whoever may deploy may write one. In the app's own job it could not stand: a change to a job's meta
/// replaces the allocations of all of its groups.
enum LockJob {
    private static let id = "linkspan_lock"
    private static let home = "linkspan_home"
    private static let holder = "linkspan_holder"
    private static let action = "linkspan_action"
    private static let build = "linkspan_build"
    private static let since = "linkspan_since"
    private static let renewed = "linkspan_renewed"
    private static let duration = "linkspan_duration"

    static func document(_ lock: HeldLock, of app: AppName, in namespace: String, origin: String) -> JSONValue {
        let meta = Meta.common(app, origin: origin).merging([
            id: lock.id, home: lock.home, holder: lock.holder, action: lock.action, build: lock.build,
            since: String(lock.since), renewed: String(lock.renewed), duration: String(lock.duration),
        ]) { $1 }
        return [
            "ID": .string(Name.lock(app)), "Name": .string(Name.lock(app)), "Type": "batch", "Datacenters": ["dc1"],
            "Namespace": .string(namespace), "ParameterizedJob": ["Payload": "forbidden"],
            "Meta": .object(meta.mapValues { .string($0) }),
            "TaskGroups": [
                [
                    "Name": "lock", "Count": 1,
                    "Tasks": [
                        [
                            "Name": "lock", "Driver": "docker", "Config": ["image": "scratch"],
                            "Resources": ["CPU": 20, "MemoryMB": 10],
                        ]
                    ],
                ]
            ],
        ]
    }

    /// The lock that a job is. One that somebody else made of that name holds, too.
    static func lock(_ job: LiveJob) -> HeldLock {
        let meta = job.meta
        let begun = meta[since].flatMap { Int($0) } ?? 0
        var lock = HeldLock(
            id: meta[id] ?? "job \(job.jobModifyIndex)", home: meta[home] ?? "",
            holder: meta[holder] ?? "nobody knows whom", action: meta[action] ?? "", build: meta[build] ?? "",
            since: begun, duration: meta[duration].flatMap { Int($0) } ?? 30)
        lock.renewed = meta[renewed].flatMap { Int($0) } ?? begun
        return lock
    }
}
