import JSONDocument
import Loopback
import Traffic

/// All that a fake engine knows of a container.
struct DockerContainer {
    enum Status: String { case created, running, restarting, exited, removing }

    let id: String
    var name: String
    let created: Int
    /// What it was created from, as it came.
    let spec: JSONValue
    let image: FakeImage
    var status = Status.created
    var exitCode = 0
    var error = ""
    var startedAt = 0
    var finishedAt = 0
    var restartCount = 0
    var restartPolicy: (name: String, limit: Int)
    /// Whether a person stopped it: then it is not started again.
    var wasStopped = false
    /// Names of networks and the address in each.
    var networks: [String: String] = [:]
    var log: [LogLine] = []
    var size = (columns: 80, rows: 24)
    var workload: Task<Void, Never>?
    var listener: LoopbackServer?
    let input = InputPipe()

    struct LogLine {
        var time: Int
        var channel: Workload.Channel
        var bytes: [UInt8]
    }

    init(id: String, name: String, created: Int, spec: JSONValue, image: FakeImage) {
        self.id = id
        self.name = name
        self.created = created
        self.spec = spec
        self.image = image
        let policy = spec["HostConfig"]?["RestartPolicy"]
        restartPolicy = (policy?["Name"]?.text ?? "", policy?["MaximumRetryCount"]?.whole ?? 0)
    }

    var labels: [String: String] {
        image.labels.merging((spec["Labels"]?.fields ?? [:]).compactMapValues(\.text)) { $1 }
    }

    /// The image's variables with the container's own on top, in the engine's form.
    var environment: [String] {
        let own = (spec["Env"]?.items ?? []).compactMap(\.text)
        let names = Set(own.map { $0.prefix { $0 != "=" } })
        let inherited = image.environment.sorted { $0.key < $1.key }.filter { !names.contains(Substring($0.key)) }
        return own + inherited.map { "\($0.key)=\($0.value)" }
    }

    var variables: [String: String] { Traffic.variables(environment) }

    /// Entrypoint and command as the engine joins them.
    var words: [String] {
        let entrypoint =
            spec["Entrypoint"]?.items?.compactMap(\.text)
            ?? spec["Entrypoint"]?.text.map { [$0] } ?? []
        let command = spec["Cmd"]?.items?.compactMap(\.text) ?? spec["Cmd"]?.text.map { ["/bin/sh", "-c", $0] }
        return entrypoint + (command ?? (entrypoint.isEmpty ? image.command : []))
    }

    var hasTerminal: Bool { spec["Tty"]?.flag ?? false }
    var isRemovedAtExit: Bool { spec["HostConfig"]?["AutoRemove"]?.flag ?? false }
    var isRunning: Bool { status == .running }
    var networkMode: String {
        let mode = spec["HostConfig"]?["NetworkMode"]?.text ?? "default"
        return mode.isEmpty ? "default" : mode
    }
    var port: Int { variables["PORT"].flatMap { Int($0) } ?? image.exposedPorts.first ?? 5_000 }
}

/// A program's standard input: bytes that may come before anybody reads.
actor InputPipe {
    private var waiting: [[UInt8]] = []
    private var hasEnded = false
    private var readers: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextReader = 0

    func write(_ bytes: [UInt8]) {
        waiting.append(bytes)
        wake()
    }

    func end() {
        hasEnded = true
        wake()
    }

    /// The next bytes; `nil` at the end or when cancelled.
    func read() async -> [UInt8]? {
        while waiting.isEmpty, !hasEnded, !Task.isCancelled {
            let number = nextReader
            nextReader += 1
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    if Task.isCancelled { continuation.resume() } else { readers[number] = continuation }
                }
            } onCancel: {
                Task { await self.wake() }
            }
        }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    private func wake() {
        for reader in readers.values { reader.resume() }
        readers = [:]
    }
}
