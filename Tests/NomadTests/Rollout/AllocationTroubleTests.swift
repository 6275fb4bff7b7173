import AdapterKit
import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Nomad

/// What recorded allocations and evaluations tell of what went wrong.
@Suite struct AllocationTroubleTests {
    /// The last answer to a question in a recording.
    private func answer<Value: Decodable>(_ recording: String, _ path: String, as: Value.Type) throws -> Value {
        let bytes = try Fixtures.bytes("nomad/1.1.0/\(recording).har")
        let exchanges = try Recording(har: bytes).exchanges.filter { $0.request.path == path }
        let body = try #require(exchanges.last?.response.body.json)
        return try body.decoded(as: Value.self)
    }

    private func trouble(_ allocation: Allocation) throws -> AllocationTrouble? {
        AllocationTrouble.of(allocation, task: "web", app: try AppName("shop"))
    }

    @Test func aProcessThatKeepsEndingIsNamedWithItsCode() throws {
        let all = try answer("failures", "/v1/job/flaky-app/allocations", as: [Allocation].self)
        let failed = try #require(all.first { $0.ClientStatus == "failed" })
        let trouble = try #require(try trouble(failed))
        #expect(trouble.cause == .crashes && !trouble.isPassing)
        #expect(trouble.text == "it ended by itself with code 3 (started again 1 time)")
        for allocation in all where allocation.ID != failed.ID && allocation.DesiredStatus == "run" {
            #expect(try self.trouble(allocation) == nil)
        }
    }

    @Test func anImageThatCannotBePulledIsNamed() throws {
        let all = try answer("failures", "/v1/job/missing-image/allocations", as: [Allocation].self)
        let trouble = try #require(try trouble(all[0]))
        #expect(trouble.cause == .imageUnavailable && !trouble.isPassing)
        #expect(trouble.text.contains("127.0.0.1:5999/absent:1"))
    }

    @Test func whatNoNodeHasRoomForIsSaid() throws {
        let all = try answer("failures", "/v1/job/too-big/evaluations", as: [Evaluation].self)
        let metric = try #require(all.first { $0.FailedTGAllocs != nil }?.FailedTGAllocs?["web"])
        let trouble = AllocationTrouble.unplaced(metric, try AppName("shop"))
        #expect(trouble.text == "no node takes it: 1 of 1 node without enough cpu")
        // Room may come.
        #expect(trouble.isPassing && trouble.hint?.contains("resource:reserve") == true)
    }

    private func allocation(_ change: (inout JSONValue) -> Void) throws -> Allocation {
        var document: JSONValue = [
            "ID": "a", "Name": "shop.web[0]", "JobID": "shop", "TaskGroup": "web", "DesiredStatus": "run",
            "ClientStatus": "pending", "JobVersion": 0,
        ]
        change(&document)
        return try document.decoded(as: Allocation.self)
    }

    private func task(
        _ type: String, restarts: Int = 0, _ fields: [String: JSONValue]
    ) -> JSONValue {
        let event = JSONValue.object(["Type": .string(type), "Time": 1].merging(fields) { $1 })
        return [
            "web": [
                "State": "pending", "Failed": false, "Restarts": .integer(restarts), "Events": [event],
            ]
        ]
    }

    @Test(
        arguments: [
            ("Failed to pull `r/a:1`: API error (404): manifest unknown", AllocationTrouble.Cause.imageMissing, false),
            ("Failed to pull `r/a:1`: API error (500): unauthorized: log in", .imageDenied, false),
            ("Failed to pull `r/a:1`: API error (429): toomanyrequests: slow down", .imageUnavailable, true),
            ("Failed to start container x: exec: \"no-such\": executable file not found", .cannotStart, false),
            ("Failed to create container x: the daemon is busy", .cannotStart, true),
        ] as [(String, AllocationTrouble.Cause, Bool)])
    func theDriversWordsAreUnderstood(_ words: String, _ cause: AllocationTrouble.Cause, _ isPassing: Bool) throws {
        let allocation = try allocation {
            $0["TaskStates"] = task("Driver Failure", ["DriverError": .string(words)])
        }
        let trouble = try #require(try trouble(allocation))
        #expect(trouble.cause == cause && trouble.isPassing == isPassing)
        #expect(trouble.text.contains(words))
    }

    @Test func memoryThatRanOutIsToldFromACrash() throws {
        let allocation = try allocation {
            $0["TaskStates"] = task(
                "Terminated", restarts: 2, ["ExitCode": 137, "Details": ["oom_killed": "true", "exit_code": "137"]])
        }
        let trouble = try #require(try trouble(allocation))
        #expect(trouble.cause == .outOfMemory && !trouble.isPassing)
        #expect(trouble.hint == "resource:limit --memory SIZE --process-type TYPE shop")
    }

    @Test func oneExitIsNoLoopYet() throws {
        let allocation = try allocation { $0["TaskStates"] = task("Terminated", ["ExitCode": 1]) }
        #expect(try trouble(allocation)?.isPassing == true)
    }

    @Test func aLostNodeMayComeBack() throws {
        let allocation = try allocation {
            $0["ClientStatus"] = "lost"
            $0["NodeName"] = "n-7"
        }
        let trouble = try #require(try trouble(allocation))
        #expect(trouble.isPassing && trouble.text.contains("n-7"))
    }

    @Test(
        arguments: [
            (
                ["NodesEvaluated": 2, "NodesFiltered": 2, "ConstraintFiltered": ["missing drivers": 2]],
                "2 of 2 nodes without the docker driver", false
            ),
            (
                [
                    "NodesEvaluated": 2, "NodesFiltered": 1, "NodesExhausted": 1,
                    "ConstraintFiltered": ["${attr.kernel.name} = darwin": 1], "DimensionExhausted": ["memory": 1],
                ], "1 of 2 nodes ruled out by '${attr.kernel.name} = darwin', 1 of 2 nodes without enough memory", true
            ),
            (
                ["NodesEvaluated": 0, "NodesAvailable": ["dc1": 0, "dc2": 3]], "none is ready in dc1", true
            ),
            (["NodesEvaluated": 0], "none is ready in the job's datacenters and its node pool", true),
        ] as [(JSONValue, String, Bool)])
    func placesAreExplained(_ metric: JSONValue, _ text: String, _ isPassing: Bool) throws {
        let trouble = AllocationTrouble.unplaced(
            try metric.decoded(as: AllocationMetric.self), try AppName("shop"))
        #expect(trouble.text == "no node takes it: \(text)")
        #expect(trouble.isPassing == isPassing)
    }
}
