import APIClient
import AdapterKit
import Conformance
import JSONDocument
import Testing

@testable import Kubernetes

/// One-off tasks.
@Suite(.timeLimit(.minutes(1)))
struct TaskTests {
    private func task(
        _ words: [String], number: Int = 1, entrypoint: [String]? = nil, _ change: (inout OneOffTask) -> Void = { _ in }
    ) throws -> OneOffTask {
        var task = OneOffTask(
            app: App(name: try AppName("shop"), stopTimeout: 1),
            image: ReleaseImage(
                local: try ImageReference("kit:1"), facts: ImageFacts(entrypoint: entrypoint)),
            command: words, environment: ["GREETING": "good morning"], number: number)
        change(&task)
        return task
    }

    private func settings() throws -> KubernetesSettings {
        try KubernetesSettings(Settings(plugin: "scheduler-kubernetes", values: [:]))
    }

    // MARK: as values

    private func container(_ pod: TaskPod) -> JSONValue {
        pod.object.document["spec"]?["containers"]?.items?.first ?? .null
    }

    @Test func aKnownImageWaitsBehindAGate() throws {
        let pod = try TaskPods.pod(
            of: task(["print", "$HOME", "$(HOME)", "$$"], entrypoint: ["/app"]), beside: ReleaseRecord(), in: "n",
            settings: settings())
        #expect(pod.isGated && pod.name == "shop-run-1")
        #expect(container(pod)["command"] == ["/bin/sh", "-c", "read -r _ && exec \"$@\"", "sh"])
        // Kubernetes fills in `$(NAME)` and halves `$$`.
        #expect(container(pod)["args"] == ["/app", "print", "$HOME", "$$(HOME)", "$$$$"])
        #expect(container(pod)["stdin"] == true && container(pod)["stdinOnce"] == true)
        #expect(pod.object.document["spec"]?["restartPolicy"] == "Never")
        #expect(pod.object.document["spec"]?["activeDeadlineSeconds"] == 86_400)
        #expect(pod.secrets.first?.name == "shop-run-1")
        #expect(container(pod)["envFrom"] == [["secretRef": ["name": "shop-run-1"]]])
    }

    @Test func anUnknownEntryPointStays() throws {
        let pod = try TaskPods.pod(
            of: task(["ls"]), beside: ReleaseRecord(), in: "n", settings: settings())
        #expect(!pod.isGated)
        #expect(container(pod)["command"] == nil)
        #expect(container(pod)["args"] == ["ls"])
    }

    @Test func theReleasesSecretsAreUsedWhereTheyFit() throws {
        let task = try task(["ls"])
        let config = try Config(app: task.app.name, namespace: "n", labels: [:]).environment(task.environment)
        var record = ReleaseRecord()
        for name in [config?.name ?? "", "shop-pull-0123456789"] {
            record.entries.append(.init(KubernetesObject(.secret, name, in: "n"), process: nil))
        }
        let pod = try TaskPods.pod(of: task, beside: record, in: "n", settings: settings())
        #expect(pod.secrets.isEmpty)
        #expect(container(pod)["envFrom"] == [["secretRef": ["name": .string(config?.name ?? "")]]])
        #expect(pod.object.document["spec"]?["imagePullSecrets"] == [["name": "shop-pull-0123456789"]])
        let other = try TaskPods.pod(
            of: self.task(["ls"]) { $0.environment["MORE"] = "x" }, beside: record, in: "n", settings: settings())
        #expect(other.secrets.first?.name == "shop-run-1")
    }

    @Test func whatAFirstReleasesTaskNeedsComesWithIt() throws {
        let login = RegistryCredential(server: "r.example.com", username: "u", password: "p")
        let mount = try Mount("data:/data", entry: StorageEntry(name: "data", size: "1Gi"))
        let task = try task(["ls"]) { ($0.pullCredentials, $0.mounts) = ([login], [mount]) }
        let pod = try TaskPods.pod(of: task, beside: ReleaseRecord(), in: "n", settings: settings())
        #expect(pod.secrets.map(\.name) == ["shop-run-1", "shop-run-1-pull"])
        #expect(pod.object.document["spec"]?["imagePullSecrets"] == [["name": "shop-run-1-pull"]])
        #expect(pod.claims.map(\.title) == ["PersistentVolumeClaim/data"])
    }

    @Test func labelsTellWhoseItIs() throws {
        let pod = try TaskPods.pod(
            of: task(["ls"]) { task in
                task.cronID = String(repeating: "z", count: 80)
                task.labels = ["team": "blue", "odd": "a b", Label.app: "another"]
            }, beside: ReleaseRecord(), in: "n", settings: settings())
        #expect(pod.name == "shop-cron-1")
        #expect(pod.object.labels["team"] == "blue")
        #expect(pod.object.annotations["odd"] == "a b")
        #expect(pod.object.labels[Label.app] == "shop")
        #expect(pod.object.labels[Label.role] == "cron")
        #expect((pod.object.labels[Label.cron]?.count ?? 99) <= 63)
    }

    @Test func aStorageEntryIsAtData() throws {
        let entry = StorageEntry(name: "disk", size: "1Gi")
        let pod = try TaskPods.pod(
            of: StorageTask(
                entry: entry, image: try ImageReference("alpine:3"), command: ["ls", "/data"], user: "1000",
                hasTerminal: false, number: 7), in: "n", settings: settings())
        #expect(pod.object.document["spec"]?["volumes"]?.items?.first?["persistentVolumeClaim"]?["claimName"] == "disk")
        #expect(container(pod)["volumeMounts"]?.items?.first?["mountPath"] == "/data")
        #expect(container(pod)["securityContext"]?["runAsUser"] == 1_000)
        #expect(pod.isGated)
    }

    @Test func theGatesEchoIsLeftOut() async throws {
        let console = RecordingConsole()
        let output = TaskOutput(console, dropping: [13, 10])
        try await output.write([13], to: .output)
        try await output.write([10, 65, 13, 10], to: .output)
        #expect(console.outputBytes == [65, 13, 10])
        #expect(await output.count == 5)
        let late = RecordingConsole()
        let joined = TaskOutput(late, after: Array("one two".utf8))
        try await joined.showBefore()
        try await joined.write(Array("two three".utf8), to: .output)
        #expect(late.output == "one two three")
    }

    // MARK: run

    @Test(arguments: [0, 43]) func theExitStatusAndTheOutput(code: Int) async throws {
        let stage = try await PodStage()
        let console = RecordingConsole()
        let words = ["sh", "-c", "kit value GREETING; kit exit \(code)"]
        #expect(try await stage.oneOffs().run(task(words), console: console).rawValue == Int32(code))
        #expect(console.output == "good morning\n")
        #expect(try await stage.names(.pod) == [])
        #expect(try await stage.names(.secret) == [])
        #expect(stage.requests.filter { $0.hasPrefix("POST ") && $0.contains("/pods?") }.count == 1)
    }

    @Test func anImageThatNobodyHas() async throws {
        let stage = try await PodStage(images: ["other:1"])
        await #expect {
            _ = try await stage.oneOffs().run(task(["kit", "exit", "0"]), console: RecordingConsole())
        } throws: { ($0 as? AdapterError)?.code == .imageUnavailable }
        try await eventually { try await stage.names(.pod).isEmpty }
    }

    @Test func detachedOnesAreListedReadAndStopped() async throws {
        let stage = try await PodStage()
        let console = RecordingConsole()
        for number in [1, 2] {
            _ = try await stage.oneOffs().run(
                task(["kit", "print-and-stay", "from \(number)"], number: number) { $0.isDetached = true },
                console: console)
        }
        #expect(console.output == "shop-run-1\nshop-run-2\n")
        let shop = App(name: try AppName("shop"), stopTimeout: 1)
        let listed = try await stage.oneOffs().list(of: shop)
        #expect(listed.map(\.name) == ["shop-run-1", "shop-run-2"])
        #expect(listed.first?.command == "kit print-and-stay from 1")
        #expect(listed.first?.state == "running")
        let log = RecordingConsole()
        try await stage.oneOffs().logs(of: "shop-run-2", of: shop, matching: LogQuery(isRaw: true), console: log)
        #expect(log.output == "from 2\n")
        await #expect {
            try await stage.oneOffs().logs(of: "nobody", of: shop, matching: LogQuery(), console: log)
        } throws: { ($0 as? AdapterError)?.code == .notFound }
        #expect(try await stage.oneOffs().stop(of: shop, named: "shop-run-1") == ["shop-run-1"])
        #expect(try await stage.names(.pod) == ["shop-run-2"])
        #expect(try await stage.oneOffs().stop(of: nil, named: nil) == ["shop-run-2"])
        #expect(try await stage.oneOffs().stop(of: shop, named: nil) == [])
    }

    @Test func whoeverLeavesTakesTheTaskAlong() async throws {
        let stage = try await PodStage()
        let call = Task { [task = try task(["kit", "sleep", "100000"])] in
            try await stage.oneOffs().run(task, console: RecordingConsole(staysOpen: true))
        }
        try await eventually { try await stage.names(.pod) == ["shop-run-1"] }
        call.cancel()
        await #expect(throws: CancellationError.self) { _ = try await call.value }
        try await eventually { try await stage.names(.pod).isEmpty }
        #expect(try await stage.names(.secret) == [])
    }

    @Test func tasksBeyondTheirTime() async throws {
        let stage = try await PodStage()
        _ = try await stage.oneOffs().run(
            task(["kit", "sleep", "100000"]) { $0.isDetached = true }, console: RecordingConsole())
        try await stage.oneOffs(now: 0).retire(of: nil, console: RecordingConsole())
        #expect(try await stage.names(.pod) == ["shop-run-1"])
        let console = RecordingConsole()
        try await stage.oneOffs(now: 1 << 40).retire(of: nil, console: console)
        #expect(try await stage.names(.pod) == [])
        #expect(console.notes == [.detail("Retiring pod shop-run-1")])
    }

    @Test func runsOfACronTaskThatOverlap() async throws {
        let stage = try await PodStage()
        func fire(_ number: Int, _ policy: OneOffTask.Concurrency) async throws {
            let task = try task(["kit", "sleep", "100000"], number: number) { task in
                (task.isDetached, task.cronID, task.concurrency) = (true, "nightly", policy)
            }
            _ = try await stage.oneOffs().run(task, console: RecordingConsole())
        }
        try await fire(1, .forbid)
        await #expect {
            try await fire(2, .forbid)
        } throws: { ($0 as? AdapterError)?.code == .conflict }
        try await fire(3, .allow)
        #expect(try await stage.names(.pod).sorted() == ["shop-cron-1", "shop-cron-3"])
        try await fire(4, .replace)
        #expect(try await stage.names(.pod) == ["shop-cron-4"])
        #expect(try await stage.oneOffs().list(of: App(name: try AppName("shop"))).isEmpty)
    }
}
