import APIClient
import AdapterKit
import Conformance
import Fakes
import JSONDocument
import Loopback
import Synchronization
import Traffic

@testable import Nomad

/// A Nomad acted out behind a real HTTP server, and what a test has it do.
final class RolloutStage: Sendable {
    static let speed = 50.0

    let fake: NomadFake
    let server: NomadServer
    let console = RecordingConsole()
    private let listener: LoopbackServer
    private let door: Door

    init(_ change: (inout NomadFake.Setup) -> Void = { _ in }) async throws {
        var setup = NomadFake.Setup()
        setup.speed = Self.speed
        setup.images = ["kit:1"]
        change(&setup)
        let fake = NomadFake(setup)
        self.fake = fake
        door = Door(fake)
        listener = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: door)
        guard case .tcp(_, let port) = listener.address else { throw CancellationError() }
        let transport = RetryingTransport(
            LeaderPatience(CurlTransport(endpoint: APIEndpoint(.url("http://127.0.0.1:\(port)"))), clock: Self.clock),
            policy: ServerConnection.patience, clock: Self.clock)
        server = NomadServer(client: APIClient(transport: transport), namespace: "default", name: "acted")
    }

    static var clock: any Clock<Duration> { ScaledClock(speed: speed) }

    /// As `NOMAD_ADDR` names it.
    var address: String { if case .tcp(_, let port) = listener.address { "http://127.0.0.1:\(port)" } else { "" } }

    /// What came in, as `GET /v1/…`.
    var requests: [String] { door.state.withLock { $0.requests } }

    /// What `answer` makes of a request is answered; `nil` leaves it to the fake.
    func answering(_ answer: @escaping @Sendable (ServedRequest) -> Answer?) {
        door.state.withLock { $0.instead = answer }
    }

    /// What each answer becomes before it is sent.
    func changing(_ change: @escaping @Sendable (ServedRequest, Answer) -> Answer) {
        door.state.withLock { $0.change = change }
    }

    // MARK: jobs

    /// A service job of groups with a count and a command each.
    static func job(
        _ groups: [String: (count: Int, command: [String])] = ["web": (1, ["kit", "serve"])], release: String = "1",
        image: String = "kit:1", cpu: Int = 50, healthy: Int = 1
    ) -> JSONValue {
        let documents = groups.sorted { $0.key < $1.key }.map { name, group -> JSONValue in
            [
                "Name": .string(name), "Count": .integer(group.count),
                "Meta": ["linkspan_deployment": .string(release)],
                "RestartPolicy": [
                    "Attempts": 10, "Interval": 600_000_000_000, "Delay": 1_000_000_000, "Mode": "fail",
                ], "ReschedulePolicy": ["Attempts": 0, "Unlimited": false],
                "Update": [
                    "MaxParallel": .integer(max(1, group.count)), "Canary": .integer(group.count),
                    "HealthCheck": "task_states", "MinHealthyTime": .integer(healthy * 1_000_000_000),
                    "HealthyDeadline": 3_000_000_000_000, "ProgressDeadline": 4_000_000_000_000,
                    "AutoRevert": true, "AutoPromote": false,
                ],
                "Tasks": [
                    [
                        "Name": .string(name), "Driver": "docker", "KillTimeout": 1_000_000_000,
                        "Config": [
                            "image": .string(image), "command": .string(group.command[0]),
                            "args": .array(group.command.dropFirst().map { .string($0) }),
                        ], "Env": ["RELEASE": .string(release)],
                        "Resources": ["CPU": .integer(cpu), "MemoryMB": 32],
                    ]
                ],
            ]
        }
        return [
            "ID": "shop", "Name": "shop", "Type": "service", "Datacenters": ["dc1"],
            "Meta": ["linkspan_app": "shop"], "TaskGroups": .array(documents),
        ]
    }

    func rollout(
        _ job: JSONValue, start: Int = 60, check: @escaping @Sendable (RolloutState) async throws -> Void = { _ in }
    ) async throws -> JobRollout {
        let groups = try (job["TaskGroups"]?.items ?? []).map { group in
            let name = group["Name"]?.text ?? ""
            return RolloutState.Group(
                process: try ProcessType(name), name: name, task: name, count: group["Count"]?.whole ?? 0)
        }
        let (server, live) = (server, try await server.send(NomadCalls.job("shop")))
        return JobRollout(
            server: server, app: try AppName("shop"), live: live, groups: groups,
            limits: .init(deploy: 120, idle: 60, start: start), stopTimeout: 1, mask: SecretMask([]), console: console,
            clock: Self.clock,
            register: {
                try await JobRegistration(server: server, job: job, live: live, clock: Self.clock).register()
            }, check: check)
    }

    @discardableResult
    func deploy(_ job: JSONValue) async throws -> RolloutState { try await rollout(job).carryOut() }

    /// The error of a rollout that is to fail.
    func failure(
        of job: JSONValue, start: Int = 60,
        check: @escaping @Sendable (RolloutState) async throws -> Void = { _ in }
    ) async throws -> AdapterError {
        do {
            _ = try await rollout(job, start: start, check: check).carryOut()
        } catch let error as AdapterError {
            return error
        }
        throw NeverHappened()
    }

    // MARK: the adapter

    /// - Parameter values: of the settings.
    func adapter(_ values: [String: String] = [:], token: String? = nil, now: Int = 0) throws -> NomadAdapter {
        guard case .tcp(_, let port) = listener.address else { throw CancellationError() }
        var all = values
        all["address"] = "http://127.0.0.1:\(port)"
        all["token"] = token
        return try NomadAdapter(
            AdapterContext(
                settings: Settings(plugin: "scheduler-nomad", values: all), variables: [:],
                readFile: { path in throw AdapterError(.invalidSettings, "there is no file \(path)") },
                runOnHost: { _ in ExitStatus(rawValue: 127) }, now: { now }, clock: Self.clock))
    }

    // MARK: what there is

    /// Which deploy the job is of.
    func release() async throws -> String? {
        try await server.send(NomadCalls.job("shop"))?.groups.first?["Meta"]?["linkspan_deployment"]?.text
    }

    func allocations() async throws -> [Allocation] {
        try await server.send(NomadCalls.allocations(ofJob: "shop", all: true))
    }

    /// The ids of what runs or is about to.
    func live() async throws -> [String] {
        try await allocations().filter { !$0.hasEnded }.map(\.ID).sorted()
    }

    func live(count: Int) async throws -> [String] {
        try await eventually { try await self.live().count == count }
        return try await live()
    }
}

struct NeverHappened: Error {}

/// Waits until something is so.
func eventually(_ isSo: () async throws -> Bool) async throws {
    for _ in 0..<2_000 {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened()
}

/// Notes what is asked, and answers what it is told to answer.
private final class Door: Answering {
    struct State {
        var requests: [String] = []
        var instead: @Sendable (ServedRequest) -> Answer? = { _ in nil }
        var change: @Sendable (ServedRequest, Answer) -> Answer = { $1 }
    }

    let state = Mutex(State())
    private let fake: NomadFake

    init(_ fake: NomadFake) {
        self.fake = fake
    }

    func answer(_ request: ServedRequest) async -> Answer {
        let (instead, change) = state.withLock { state in
            state.requests.append("\(request.method) \(request.target)")
            return (state.instead, state.change)
        }
        if let answer = instead(request) { return change(request, answer) }
        return change(request, await fake.answer(request))
    }
}
