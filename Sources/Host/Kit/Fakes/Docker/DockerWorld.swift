import FoundationEssentials
import JSONDocument
import Loopback
import Traffic

/// The state of a fake engine, and what happens in it by itself.
actor DockerWorld {
    var containers: [String: DockerContainer] = [:]
    var execs: [String: DockerExec] = [:]
    var images: [FakeImage]
    var networkNames = ["bridge", "host", "none"]
    var volumeNames: Set<String> = []
    let clock: FakeClock
    let subnet: LoopbackSubnet
    /// Who waits for what happens: each gets every event.
    private var listeners: [Int: AsyncStream<Happening>.Continuation] = [:]
    private var past: [Happening] = []
    private var count = 0
    private var lastTime = 0

    /// Something that happened to a container.
    struct Happening: Sendable {
        enum Kind: Sendable, Equatable {
            case event(String)
            case wrote(Workload.Channel, [UInt8])
        }

        var kind: Kind
        var container: String
        var time: Int
        var attributes: [String: String]
    }

    init(images: [FakeImage], clock: FakeClock, subnet: LoopbackSubnet) {
        self.subnet = subnet
        self.images = images
        self.clock = clock
    }

    // MARK: time and news

    /// Nanoseconds since 1970, never the same twice.
    func now() -> Int {
        lastTime = max(lastTime + 1, Int(Date().timeIntervalSince1970 * 1_000_000_000))
        return lastTime
    }

    func nextNumber() -> Int {
        count += 1
        return count
    }

    /// What happens from now on.
    func listen() -> AsyncStream<Happening> {
        let number = nextNumber()
        let (stream, continuation) = AsyncStream<Happening>.makeStream()
        listeners[number] = continuation
        continuation.onTermination = { _ in Task { await self.forget(number) } }
        return stream
    }

    private func forget(_ number: Int) { listeners[number] = nil }

    func tell(_ kind: Happening.Kind, _ container: DockerContainer, _ more: [String: String] = [:]) {
        var attributes = container.labels.merging(more) { $1 }
        attributes["image"] = container.image.reference
        attributes["name"] = container.name
        let news = Happening(kind: kind, container: container.id, time: now(), attributes: attributes)
        if case .event = kind { past.append(news) }
        for listener in listeners.values { listener.yield(news) }
    }

    /// Events that happened already, for those who ask with `since`.
    var history: [Happening] { past }

    // MARK: finding

    /// The container that a person means by an id, the beginning of one, or a name.
    func find(_ text: String) throws -> DockerContainer {
        if let exact = containers[text] { return exact }
        let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
        if let named = containers.values.first(where: { $0.name == name }) { return named }
        let begun = containers.values.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        guard begun.count == 1, let found = begun.first else { throw Refusal(404, "No such container: \(text)") }
        return found
    }

    func image(_ reference: String) throws -> FakeImage {
        let wanted = reference.contains(":") || reference.contains("@") ? reference : reference + ":latest"
        let found = images.first {
            $0.reference == wanted || $0.id == wanted || $0.id.dropFirst(7).hasPrefix(reference)
        }
        guard let found else { throw Refusal(404, "No such image: \(wanted)") }
        return found
    }

    // MARK: lives

    func create(_ spec: JSONValue, name: String?) throws -> String {
        guard let reference = spec["Image"]?.text else { throw Refusal(400, "No command specified") }
        let image = try image(reference)
        let number = nextNumber()
        let name = name ?? "quiet_\(number)"
        if let other = containers.values.first(where: { $0.name == name }) {
            throw Refusal(
                409,
                "Conflict. The container name \"/\(name)\" is already in use by container \"\(other.id)\". "
                    + "You have to remove (or rename) that container to be able to reuse that name.")
        }
        var container = DockerContainer(
            id: identifier(number), name: name, created: now(), spec: spec, image: image)
        guard !container.words.isEmpty else { throw Refusal(400, "No command specified") }
        let mode = container.networkMode
        if mode != "default", mode != "host", mode != "none", !mode.hasPrefix("container:"),
            !networkNames.contains(mode)
        {
            throw Refusal(404, "network \(mode) not found")
        }
        let network = mode == "default" ? "bridge" : mode
        container.networks = network == "none" ? [:] : [network: ""]
        containers[container.id] = container
        tell(.event("create"), container)
        return container.id
    }

    /// - Returns: whether it was started; `false` when it ran already.
    func start(_ id: String) async throws -> Bool {
        var container = try find(id)
        guard container.status != .running else { return false }
        guard case .runs(let workload) = Workload.start(container.words) else {
            let program = container.words.first ?? ""
            let text =
                "OCI runtime create failed: container_linux.go: starting container process caused: "
                + "exec: \"\(program)\": executable file not found in $PATH: unknown"
            container.exitCode = 127
            container.error = text
            containers[container.id] = container
            throw Refusal(400, text)
        }
        container.status = .running
        container.wasStopped = false
        container.startedAt = now()
        container.exitCode = 0
        for network in container.networks.keys where network != "host" {
            container.networks[network] = container.networks[network].flatMap { $0.isEmpty ? nil : $0 } ?? subnet.next()
        }
        containers[container.id] = container
        tell(.event("start"), container)
        if workload.serves { await serve(container) }
        let running = container
        let surroundings = Workload.Surroundings(
            environment: container.variables, hasTerminal: container.hasTerminal,
            input: { await running.input.read() },
            output: { channel, bytes in await self.note(bytes, channel, of: running.id) },
            size: { await self.containers[running.id]?.size ?? (80, 24) }, pause: clock.pause)
        containers[container.id]?.workload = Task {
            let status = await workload.run(in: surroundings)
            if !Task.isCancelled { await self.exited(running.id, status) }
        }
        return true
    }

    private func serve(_ container: DockerContainer) async {
        guard let address = container.networks.values.first(where: { !$0.isEmpty }) else { return }
        let server = try? await LoopbackServer.start(
            at: .tcp(host: address, port: container.port), answering: WorkloadPages())
        guard containers[container.id]?.isRunning == true else {
            await server?.stop()
            return
        }
        containers[container.id]?.listener = server
    }

    private func note(_ bytes: [UInt8], _ channel: Workload.Channel, of id: String) {
        guard let container = containers[id] else { return }
        containers[id]?.log.append(.init(time: now(), channel: channel, bytes: bytes))
        tell(.wrote(channel, bytes), container)
    }

    private func exited(_ id: String, _ status: Int32) async {
        guard var container = containers[id], container.isRunning else { return }
        container.workload = nil
        let listener = container.listener
        container.listener = nil
        container.status = .exited
        container.exitCode = Int(status)
        container.finishedAt = now()
        containers[id] = container
        await listener?.stop()
        tell(.event("die"), container, ["exitCode": String(status)])
        if container.isRemovedAtExit { return removed(container) }
        let again =
            switch container.restartPolicy.name {
            case "always", "unless-stopped": true
            case "on-failure":
                status != 0
                    && (container.restartPolicy.limit == 0 || container.restartCount < container.restartPolicy.limit)
            default: false
            }
        guard again, !container.wasStopped else { return }
        containers[id]?.restartCount += 1
        containers[id]?.status = .restarting
        let attempt = container.restartCount
        containers[id]?.workload = Task {
            await clock.pause(0.1 * Double(1 << min(attempt, 9)))
            if !Task.isCancelled { await self.restartAfterWait(id) }
        }
    }

    private func restartAfterWait(_ id: String) async {
        guard containers[id]?.status == .restarting else { return }
        _ = try? await start(id)
    }

    /// Ends it as a signal does.
    func kill(_ id: String, signal: String) async throws {
        let container = try find(id)
        guard container.isRunning || container.status == .restarting else {
            throw Refusal(409, "Cannot kill container: \(id): Container \(container.id) is not running")
        }
        let number = Self.signalNumber(signal)
        guard [2, 3, 6, 9, 15].contains(number) else { return }
        if number != 9, case .runs(let workload) = Workload.start(container.words), workload.ignoresTerm { return }
        tell(.event("kill"), container, ["signal": String(number)])
        container.workload?.cancel()
        containers[container.id]?.status = .running
        // Told to stop, a shell ends as one that was ended by the signal.
        await exited(container.id, Int32(128 + number))
    }

    static func signalNumber(_ text: String) -> Int {
        let names = ["HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15]
        let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
        return names[name.uppercased()] ?? Int(text) ?? 15
    }

    /// - Returns: whether there was anything to stop.
    func stop(_ id: String, seconds: Int) async throws -> Bool {
        let container = try find(id)
        guard container.isRunning || container.status == .restarting else { return false }
        containers[container.id]?.wasStopped = true
        if container.status == .restarting {
            container.workload?.cancel()
            containers[container.id]?.status = .exited
            return true
        }
        try await kill(container.id, signal: container.spec["StopSignal"]?.text ?? "TERM")
        if containers[container.id]?.isRunning == true {
            await clock.pause(Double(seconds))
            if containers[container.id]?.isRunning == true { try await kill(container.id, signal: "KILL") }
        }
        if let container = containers[container.id] { tell(.event("stop"), container) }
        return true
    }

    func remove(_ id: String, force: Bool) async throws {
        let container = try find(id)
        if container.isRunning || container.status == .restarting {
            guard force else {
                throw Refusal(
                    409,
                    "You cannot remove a running container \(container.id). Stop the container before attempting "
                        + "removal or force remove")
            }
            containers[container.id]?.wasStopped = true
            container.workload?.cancel()
            containers[container.id]?.status = .running
            await exited(container.id, 137)
        }
        if let left = containers[container.id] { removed(left) }
    }

    private func removed(_ container: DockerContainer) {
        containers[container.id] = nil
        tell(.event("destroy"), container)
    }

    func change(_ id: String, _ body: (inout DockerContainer) throws -> Void) throws {
        var container = try find(id)
        try body(&container)
        containers[container.id] = container
    }

    func rename(_ id: String, to name: String) throws {
        let container = try find(id)
        if let other = containers.values.first(where: { $0.name == name }) {
            throw Refusal(
                409,
                other.id == container.id
                    ? "Renaming a container with the same name as its current name"
                    : "Error when allocating new name: Conflict. The container name \"/\(name)\" is already in use by "
                        + "container \"\(other.id)\". You have to remove (or rename) that container to be able to "
                        + "reuse that name.")
        }
        containers[container.id]?.name = name
        if let renamed = containers[container.id] { tell(.event("rename"), renamed, ["oldName": "/" + container.name]) }
    }

    func shutDown() async {
        for container in containers.values {
            container.workload?.cancel()
            await container.listener?.stop()
        }
        containers = [:]
        for listener in listeners.values { listener.finish() }
        listeners = [:]
    }

    func objects() -> [FakeObject] {
        containers.values.sorted { $0.name < $1.name }.map {
            FakeObject(
                kind: "container", id: $0.id, name: $0.name, labels: $0.labels, isRunning: $0.isRunning,
                environment: $0.variables)
        }
    }
}
