import APIClient
import JSONDocument
import Testing
import Traffic

@testable import Fakes

/// Asks a fake as a client does, and knows jobs to ask about.
struct NomadClient: Sendable {
    let fake: NomadFake
    var token: String?

    init(_ change: (inout NomadFake.Setup) -> Void = { _ in }) {
        var setup = NomadFake.Setup()
        setup.speed = 20
        setup.images = ["kit"]
        change(&setup)
        fake = NomadFake(setup)
    }

    struct Reply: Sendable {
        var status: Int
        var text: String
        var index: Int
        var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }
    }

    func ask(_ method: String, _ target: String, _ body: JSONValue? = nil, within seconds: Double = 5) async -> Reply {
        let headers = token.map { [HTTPField("X-Nomad-Token", $0)] } ?? []
        let request = ServedRequest(
            method, target, headers: headers, body: body.map { Array($0.compact.utf8) } ?? [])
        switch await fake.answer(request) {
        case .whole(let head, let body):
            return Reply(
                status: head.status, text: String(decoding: body, as: UTF8.self),
                index: head.header("X-Nomad-Index").flatMap { Int($0) } ?? 0)
        case .stream(let head, let write):
            let gathered = Gathered<UInt8>()
            _ = await bounded(seconds) { try? await write { await gathered.add($0) } }
            return Reply(status: head.status, text: String(decoding: await gathered.items, as: UTF8.self), index: 0)
        default: return Reply(status: 0, text: "", index: 0)
        }
    }

    func get(_ target: String) async -> JSONValue { await ask("GET", target).json }

    /// The first answer for which `condition` holds; a failure of the test when there is none.
    func eventually(
        _ target: String, within seconds: Double = 10, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: (JSONValue) -> Bool
    ) async -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var last = JSONValue.null
        while ContinuousClock.now < deadline {
            last = await get(target)
            if condition(last) { return last }
            try? await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("\(target) stayed \(last.compact)", sourceLocation: sourceLocation)
        return last
    }

    /// Registers a job and waits for the end of its own deployment.
    func deploy(_ job: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) async -> JSONValue {
        let index = await ask("PUT", "/v1/jobs", ["Job": job]).json["JobModifyIndex"] ?? .null
        // By its index among all: the newest one may already be what a failed one went back to.
        let isOver: (JSONValue) -> Bool = { $0["JobSpecModifyIndex"] == index && $0.string("Status") != "running" }
        let all = await eventually("/v1/job/\(job.string("ID"))/deployments", sourceLocation: sourceLocation) {
            $0.items?.contains(where: isOver) == true
        }
        return all.items?.first(where: isOver) ?? .null
    }

    func allocations(_ job: String) async -> [JSONValue] { await get("/v1/job/\(job)/allocations").items ?? [] }

    /// Those that the scheduler wants to run.
    func wanted(_ job: String) async -> [JSONValue] {
        await allocations(job).filter { $0.string("DesiredStatus") == "run" }
    }

    /// A service with one group, healthy after `healthy` seconds and failed after `progress` without any. Where
    /// nothing is to fail they are many: a busy machine must not make a release fail.
    static func service(
        _ id: String = "shop", _ command: [String] = ["kit", "serve"], count: Int = 1, canaries: Int = 0,
        release: String = "1", image: String = "kit", cpu: Int = 50, healthy: Int = 1, progress: Int = 200
    ) -> JSONValue {
        [
            "ID": .string(id), "Name": .string(id), "Type": "service", "Datacenters": ["dc1"],
            "Meta": ["app": .string(id)],
            "TaskGroups": [
                [
                    "Name": "web", "Count": .integer(count),
                    "Networks": [["DynamicPorts": [["Label": "http", "To": 5_000]]]],
                    "RestartPolicy": [
                        "Attempts": 1, "Interval": 60_000_000_000, "Delay": 1_000_000_000, "Mode": "fail",
                    ], "ReschedulePolicy": ["Attempts": 0, "Unlimited": false],
                    "Update": [
                        "MaxParallel": 1, "HealthCheck": "task_states",
                        "MinHealthyTime": .integer(healthy * 1_000_000_000),
                        "HealthyDeadline": .integer((progress - 1) * 1_000_000_000),
                        "ProgressDeadline": .integer(progress * 1_000_000_000), "AutoRevert": true,
                        "Canary": .integer(canaries),
                    ],
                    "Tasks": [
                        [
                            "Name": "web", "Driver": "docker",
                            "Config": [
                                "image": .string(image), "command": .string(command[0]),
                                "args": JSONValue.texts(Array(command.dropFirst())),
                            ], "Env": ["RELEASE": .string(release), "PORT": "${NOMAD_PORT_http}"],
                            "Resources": ["CPU": .integer(cpu), "MemoryMB": 32],
                        ]
                    ],
                ]
            ],
        ]
    }

    /// A job that runs once.
    static func batch(_ id: String, _ command: [String]) -> JSONValue {
        [
            "ID": .string(id), "Type": "batch", "Datacenters": ["dc1"],
            "TaskGroups": [
                [
                    "Name": "run", "RestartPolicy": ["Attempts": 0, "Mode": "fail"],
                    "ReschedulePolicy": ["Attempts": 0, "Unlimited": false],
                    "Tasks": [
                        [
                            "Name": "run", "Driver": "docker",
                            "Config": [
                                "image": "kit", "command": .string(command[0]),
                                "args": JSONValue.texts(Array(command.dropFirst())),
                            ],
                        ]
                    ],
                ]
            ],
        ]
    }
}
