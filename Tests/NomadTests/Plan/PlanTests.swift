import AdapterKit
import JSONDocument
import TestSupport
import Testing

@testable import Nomad

/// Plans of the apps in `fixtures/apps`, compared with `fixtures/plans/nomad`.
struct PlanTests {
    @Test(arguments: [("tiny", 10), ("shop", 10), ("everything", 10), ("shop", 1), ("everything", 3)])
    func plansAreAsExpected(_ name: String, minor: Int) throws {
        var facts = minor == 10 ? ServerFacts.none(in: "shops") : PlanStage.old(minor)
        facts.hasConsul = minor == 1
        let plan = try PlanStage.plan(PlanStage.deployment(name), facts: facts)
        let document: JSONValue = [
            "plan": PlanDocument(plan).document(JobMask(mark: "***")), "warnings": .strings(plan.warnings),
        ]
        let actual = document.indented(by: 2) + "\n"
        let file = "plans/nomad/\(name)\(minor == 10 ? "" : "-1.\(minor)").json"
        #expect(try Fixtures.expected(file, actual: actual) == actual)
    }

    @Test func aPlanIsTheSameEachTime() throws {
        #expect(
            try PlanStage.plan(PlanStage.deployment("everything"))
                == PlanStage.plan(PlanStage.deployment("everything")))
    }

    // MARK: releases

    @Test(arguments: ["tiny", "shop", "everything"]) func whatIsLiveIsMetAgain(_ name: String) throws {
        let before = try PlanStage.plan(PlanStage.deployment(name))
        var again = try PlanStage.deployment(name)
        again.id = try DeploymentID("another")
        let live = PlanStage.live(before)
        let after = try PlanStage.plan(again, facts: live)
        #expect(!before.isUnchanged && after.isUnchanged)
        #expect(after.job == before.job && after.release == before.release)
        for (planned, job) in zip(after.cronJobs ?? [], live.cronJobs) { #expect(planned.isUnchanged(job)) }
        #expect(after.growingGroups(live.job).isEmpty)
    }

    @Test func whatIsStoppedIsNotUnchanged() throws {
        var live = try PlanStage.live(PlanStage.plan(PlanStage.deployment("shop")))
        var document = try #require(live.job?.document)
        document["Stop"] = true
        live.job = LiveJob(document)
        let plan = try PlanStage.plan(PlanStage.deployment("shop"), facts: live)
        #expect(!plan.isUnchanged && plan.enforcedIndex == 7)
        #expect(plan.growingGroups(live.job).map(\.name) == ["web", "worker"])
    }

    @Test func anotherConfigIsAnotherReleaseOfAllGroups() throws {
        let before = try PlanStage.plan(PlanStage.deployment("shop"))
        var changed = try PlanStage.deployment("shop")
        changed.environment["GREETING"] = "hello"
        let after = try PlanStage.plan(changed, facts: PlanStage.live(before))
        #expect(after.groups.map(\.isReplaced) == [true, true])
        #expect(after.groups.map(\.canaries) == after.groups.map(\.count))
        // Both releases' items are there until the old one is gone.
        let (old, new) = (try #require(before.variable), try #require(after.variable))
        let both = try new.joined(with: old.items, for: after.app)
        #expect(Set(both.keys) == Set(old.items.keys).union(new.items.keys) && both.count == 2)
    }

    @Test func aRestartReplacesWhatIsAsItShouldBe() throws {
        let before = try PlanStage.plan(PlanStage.deployment("shop"))
        var restart = try PlanStage.deployment("shop")
        restart.isRestart = true
        let restarted = try PlanStage.plan(restart, facts: PlanStage.live(before))
        #expect(restarted.groups.map(\.isReplaced) == [true, true])
        // What is deployed unchanged after it is left alone.
        let after = try PlanStage.plan(PlanStage.deployment("shop"), facts: PlanStage.live(restarted))
        #expect(after.isUnchanged)
    }

    @Test func oneProcessTypeLeavesTheOthersAlone() throws {
        let before = try PlanStage.plan(PlanStage.deployment("shop"))
        var worker = try PlanStage.deployment("shop")
        worker.only = try ProcessType("worker")
        worker.environment["GREETING"] = "hello"
        let after = try PlanStage.plan(worker, facts: PlanStage.live(before))
        #expect(after.groups.map(\.name) == ["worker"] && after.cronJobs == nil && after.settledJob == nil)
        #expect(PlanStage.group(after, "web") == PlanStage.group(before, "web"))
        #expect(PlanStage.group(after, "worker") != PlanStage.group(before, "worker"))
        // A job's meta belongs to all of its tasks: were it another one, all of them would be replaced.
        #expect(after.job["Meta"] == before.job["Meta"])
        // The other group reads the config of the release before.
        #expect(after.variable?.readKeys.isSuperset(of: before.variable?.items.keys.map { $0 } ?? []) == true)
    }

    @Test func aChangeOfScaleChangesNothingButTheCount() throws {
        let before = try PlanStage.plan(PlanStage.deployment("shop"))
        var more = try PlanStage.deployment("shop")
        more.keepsRunning = true
        more.processes[0].quantity = 5
        let live = PlanStage.live(before)
        let after = try PlanStage.plan(more, facts: live)
        var expected = PlanStage.group(before, "web")
        expected["Count"] = 5
        #expect(PlanStage.group(after, "web") == expected)
        #expect(after.growingGroups(live.job).map(\.name) == ["web"])
        // Where more has changed, it is no change of scale.
        more.environment["GREETING"] = "hello"
        #expect(try PlanStage.plan(more, facts: live).groups.map(\.isReplaced) == [true, true])
    }

    @Test func whatTheReleaseHasNoUseForStaysUntilItServes() throws {
        let before = try PlanStage.plan(PlanStage.deployment("shop"))
        var without = try PlanStage.deployment("shop")
        without.processes.removeAll { $0.type.description == "worker" }
        let gone = try PlanStage.plan(without, facts: PlanStage.live(before))
        #expect(PlanStage.group(gone, "worker") == PlanStage.group(before, "worker"))
        #expect(LiveJob(try #require(gone.settledJob)).groups.map { $0["Name"] } == ["web"])

        var none = try PlanStage.deployment("shop")
        none.processes[1].quantity = 0
        let scaled = try PlanStage.plan(none, facts: PlanStage.live(before))
        #expect(PlanStage.group(scaled, "worker")["Count"] == 1)
        #expect(LiveJob(try #require(scaled.settledJob)).group("worker")?["Count"] == 0)
    }

    @Test func cronTasksThatAreGoneAreNamed() throws {
        let before = try PlanStage.plan(PlanStage.deployment("everything"))
        var without = try PlanStage.deployment("everything")
        without.cron = []
        let live = PlanStage.live(before)
        #expect(try PlanStage.plan(without, facts: live).obsoleteCronJobs(live).count == 1)
        #expect(before.obsoleteCronJobs(live).isEmpty)
    }

    // MARK: whose it is

    @Test(arguments: [[:], ["linkspan_app": "other"], ["linkspan_app": "shop", "linkspan_origin": "elsewhere"]])
    func jobsOfOthersAreRefused(_ meta: [String: String]) throws {
        var facts = ServerFacts.none(in: "shops")
        facts.job = LiveJob(["ID": "shop", "Namespace": "shops", "Meta": .strings(meta)])
        let error = #expect(throws: AdapterError.self) {
            try PlanStage.plan(PlanStage.deployment("shop"), facts: facts)
        }
        #expect(error?.code == .conflict && error?.message.contains("shop in namespace shops") == true)
    }

    @Test func namesThatAPathDoesNotTakeAreMappedApart() throws {
        let names = try ["node.js-app", "node-js-app", "node.js.app", String(repeating: "a", count: 180)].map {
            Name.job(try AppName($0))
        }
        #expect(Set(names).count == names.count && names[1] == "node-js-app")
        for name in names {
            #expect(name.utf8.count <= 100)
            #expect(
                name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || [45, 95].contains($0) })
        }
        #expect(Name.group(try ProcessType("alloc")) != "alloc")
        #expect(Name.service(try AppName("a_b"), .web).utf8.allSatisfy { $0 != 95 })
    }
}
