import AdapterKit
import Fakes
import FoundationEssentials
import ProcessStreams
import Synchronization

/// Where a case plays: the adapter on one side, its backend on the other, and the host's part of the story between.
package final class Stage: Sendable {
    package let subject: Subject
    package let backend: any Backend
    /// Tells what this run makes from everything else there is.
    package let runID: String
    package let secrets: Secrets
    private let state = Mutex(State())

    private struct State {
        var live: [AppName: [Instance]] = [:]
        var deploys = 0
        var tasks = 0
        var seen = ""
        var apps: Set<AppName> = []
    }

    package init(_ subject: Subject, _ backend: any Backend, runID: String, secrets: Secrets) {
        self.subject = subject
        self.backend = backend
        self.runID = runID
        self.secrets = secrets
    }

    package var manifest: Manifest { subject.plugin.manifest }

    package func claims(_ capability: Capability) -> Bool { manifest.capabilities.contains(capability) }

    /// The adapter, made anew: a host is a process that lives for one call.
    package func adapter() throws -> any Adapter {
        try subject.plugin.make(
            AdapterContext(
                settings: Settings(
                    plugin: "scheduler-" + manifest.scheduler,
                    values: Dictionary(
                        uniqueKeysWithValues: subject.plugin.settings.map { ($0.name, $0.defaultValue) })),
                variables: backend.variables.filter { subject.plugin.variables.contains($0.key) }, origin: runID,
                readFile: { path in
                    guard let bytes = FileManager.default.contents(atPath: path) else {
                        throw AdapterError(.invalidSettings, "there is no file \(path)")
                    }
                    return Array(bytes)
                },
                listFolder: { path in
                    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                        throw AdapterError(.invalidSettings, "there is no folder \(path)")
                    }
                    return names.sorted()
                },
                runOnHost: { _ in .success }, outputOnHost: HostPrograms.output, now: { 1_700_000_000 },
                clock: ScaledClock(speed: backend.speed)))
    }

    /// The adapter in one of its roles.
    package func role<Role>(_ role: Role.Type = Role.self) throws -> Role {
        guard let adapter = try adapter() as? Role else {
            throw Broken("the manifest claims a role that the adapter does not have")
        }
        return adapter
    }

    /// The adapter as one that retires, made anew.
    package var retiring: any InstanceRetiring { get throws { try role() } }

    // MARK: names

    /// The name of an app of this case.
    package func app(_ word: String = "shop") throws -> AppName {
        let name = try AppName("kit-\(runID)-\(word)")
        state.withLock { _ = $0.apps.insert(name) }
        return name
    }

    /// Every app that was named so far.
    package var apps: [AppName] { state.withLock { $0.apps.sorted() } }

    /// An id that no other deploy of this run has.
    package func deploymentID() throws -> DeploymentID {
        let number = state.withLock { state in
            state.deploys += 1
            return state.deploys
        }
        return try DeploymentID("\(runID)d\(number)")
    }

    package func taskNumber() -> Int {
        state.withLock { state in
            state.tasks += 1
            return 1_000 + state.tasks
        }
    }

    // MARK: what the host remembers

    package func live(_ app: AppName) -> [Instance] { state.withLock { $0.live[app] ?? [] } }

    package func setLive(_ instances: [Instance], of app: AppName) { state.withLock { $0.live[app] = instances } }

    package func known(_ app: AppName) -> App { App(name: app, live: live(app), stopTimeout: 2) }

    // MARK: what a person sees

    /// Keeps what a console was told, for the report and for the search for secrets.
    package func saw(_ console: RecordingConsole) { state.withLock { $0.seen += console.everything + "\n" } }

    package func saw(_ text: String) { state.withLock { $0.seen += text + "\n" } }

    /// All that was to be seen so far.
    package var seen: String { state.withLock { $0.seen } }
}

// MARK: looking at the backend

extension Stage {
    /// What there is of `app` at the backend; waits for a while until it is as `isEnough` wants it.
    package func objects(
        of app: AppName, until isEnough: @escaping @Sendable ([FakeObject]) -> Bool = { _ in true }
    ) async throws -> [FakeObject] {
        let all = try await backend.objects { isEnough($0.filter { $0.belongs(to: app) }) }
        return all.filter { $0.belongs(to: app) }
    }

    /// The instances of `app` that run; waits for a while until there are `count`.
    package func running(_ app: AppName, count: Int? = nil) async throws -> [FakeObject] {
        try await objects(of: app) { found in
            count.map { $0 == found.filter { $0.isRunning == true }.count } ?? true
        }.filter { $0.isRunning == true }
    }
}

extension [FakeObject] {
    /// Whether each of the instances with these ids is among them.
    package func holds(_ ids: [String]) -> Bool { ids.allSatisfy { id in contains { $0.isCalled(id) } } }
}

extension FakeObject {
    /// Whether it was made for `app`: a label says so, or its name.
    package func belongs(to app: AppName) -> Bool {
        let text = app.description
        if labels.values.contains(text) { return true }
        // An app whose name begins with another's is another app.
        if labels.keys.contains("com.dokku.app-name") { return false }
        return name == text || name.hasPrefix(text + ".")
    }
}
