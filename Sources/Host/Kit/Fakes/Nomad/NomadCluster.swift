import JSONDocument
import Traffic

/// Everything that a Nomad server keeps, and its clock.
actor NomadCluster {
    typealias Setup = NomadFake.Setup

    /// What has an index of its own.
    enum Table: Hashable, Sendable { case jobs, evaluations, allocations, deployments, namespaces, nodes, variables }

    nonisolated let setup: Setup
    nonisolated let clock: FakeClock
    /// Opens at the next change of anything.
    private(set) var change = Gate()
    private var index = 10
    private var indexes: [Table: Int] = [.nodes: 8, .namespaces: 1]
    private var lastID: UInt64 = 0
    private let started = ContinuousClock.now

    var jobs: [JobKey: NomadJob] = [:]
    var evaluations: [String: Evaluation] = [:]
    var allocations: [String: Allocation] = [:]
    var deployments: [String: Deployment] = [:]
    var namespaces: [String: JSONValue] = [:]
    var access = NomadAccess()
    var variables: [VariableKey: Variable] = [:]
    /// What programs have printed, by allocation, task and channel.
    var outputs: [String: [UInt8]] = [:]
    /// How running tasks are told what to do.
    var controls: [String: TaskControl] = [:]
    /// What a program was started with, by allocation and task: values that change later do not reach it.
    var environments: [String: [String: String]] = [:]
    /// Which ports somebody listens on, by allocation and label.
    var listening: Set<String> = []
    /// What the checks of an allocation's services have found, by allocation and check.
    var checkResults: [String: [String: CheckResult]] = [:]
    var lastPort = 20_000
    let nodeID: String
    /// Where the ports of allocations are reached.
    nonisolated let address: String

    init(_ setup: Setup) {
        self.setup = setup
        clock = FakeClock(speed: setup.speed)
        address = setup.subnet?.next() ?? "127.0.0.1"
        nodeID = "1f000000-0000-0000-0000-00000000000d"
        namespaces["default"] = Self.namespace("default", "Default shared namespace", 1)
        for name in setup.namespaces.subtracting(["default"]) { namespaces[name] = Self.namespace(name, "", 1) }
        if let token = setup.managementToken { access.bootstrap(secret: token) }
        for (secret, rules) in setup.tokens { access.add(secret: secret, rules: rules) }
    }

    // MARK: time, ids and indexes

    /// Nanoseconds since 1970, in the fake's time.
    var now: Int {
        let passed = started.duration(to: .now).components
        let nanoseconds = Double(passed.seconds) * 1e9 + Double(passed.attoseconds) / 1e9
        return 1_795_305_600_000_000_000 + Int(nanoseconds * setup.speed)
    }

    static func time(_ nanoseconds: Int) -> JSONValue {
        .string(Instant.text(nanoseconds / 1_000_000_000, nanoseconds: nanoseconds % 1_000_000_000))
    }

    /// An id that looks like any other; the same ones in each run.
    func newID() -> String {
        func mixed() -> UInt64 {
            // splitmix64, so that ids are in no order: clients must not rely on one.
            lastID &+= 0x9E37_79B9_7F4A_7C15
            var mixed = lastID
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        let digits = [mixed(), mixed()].map { number in
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)].map { from, to in
            String(Array(digits)[from..<to])
        }
        return parts.joined(separator: "-")
    }

    /// The index of a change to `tables`; whoever waits for one is woken.
    @discardableResult
    func bump(_ tables: Table...) -> Int {
        index += 1
        for table in tables { indexes[table] = index }
        notice()
        return index
    }

    /// Wakes whoever waits, without a new index: for output and the state of clients.
    func notice() {
        let opened = change
        change = Gate()
        Task { await opened.open() }
    }

    /// Ends what runs, and lets whoever waits go on: nobody asks any more.
    func stop() {
        for control in controls.values { Task { await control.heard.open() } }
        (controls, allocations, deployments, jobs) = ([:], [:], [:], [:])
        notice()
    }

    func index(of table: Table) -> Int { indexes[table] ?? 0 }

    /// Waits until `condition` holds, or `seconds` of the fake's time are over.
    func wait(atMost seconds: Double = 1_000_000, until condition: () -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(min(seconds / setup.speed, 100_000))
        while !condition(), ContinuousClock.now < deadline, !Task.isCancelled {
            await change.wait(until: deadline)
        }
    }

    // MARK: what an observer sees

    func objects() -> [FakeObject] {
        var objects: [FakeObject] = []
        for job in jobs.values.sorted(by: { $0.key.id < $1.key.id }) {
            let periodic = job.current["Periodic"] ?? .null
            objects.append(
                FakeObject(
                    kind: "job", id: job.key.id, name: job.key.id, labels: job.current.meta,
                    isHeld: periodic == .null ? nil : job.isStopped || periodic["Enabled"]?.flag == false))
        }
        for allocation in allocations.values.sorted(by: { $0.createIndex < $1.createIndex }) {
            // What is over is kept for a while as history, and no client can take it away.
            if allocation.isTerminal, !allocation.isWanted || jobs[allocation.key] == nil { continue }
            let task = allocation.tasks.first
            objects.append(
                FakeObject(
                    kind: "allocation", id: allocation.id, name: allocation.name, labels: allocation.job.meta,
                    isRunning: allocation.clientStatus == "running",
                    environment: environments["\(allocation.id)/\(task?.string("Name") ?? "")"]
                        ?? (task?["Env"]?.fields ?? [:]).compactMapValues(\.text)))
        }
        for deployment in deployments.values.sorted(by: { $0.createIndex < $1.createIndex })
        where deployment.isActive {
            objects.append(FakeObject(kind: "deployment", id: deployment.id, name: deployment.key.id))
        }
        for (key, _) in variables.sorted(by: { $0.key.path < $1.key.path }) {
            objects.append(FakeObject(kind: "variable", id: key.path, name: key.path, labels: key.ownerLabels))
        }
        return objects
    }

    /// Whether the fake is told to be at least so new.
    nonisolated func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let parts = setup.version.split(separator: ".").compactMap { Int($0.prefix(while: \.isNumber)) }
        guard parts.count >= 2 else { return false }
        return (parts[0], parts[1]) >= (major, minor)
    }
}

/// What tells jobs apart.
struct JobKey: Hashable, Sendable {
    var namespace: String
    var id: String
}

extension JSONValue {
    /// A job's meta data.
    var meta: [String: String] { (self["Meta"]?.fields ?? [:]).compactMapValues(\.text) }

    /// The group called `name` of a job.
    func group(_ name: String) -> JSONValue? { self["TaskGroups"]?.items?.first { $0["Name"]?.text == name } }

    var groups: [JSONValue] { self["TaskGroups"]?.items ?? [] }

    func string(_ key: String) -> String { self[key]?.text ?? "" }

    func number(_ key: String) -> Int { self[key]?.whole ?? 0 }

    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
