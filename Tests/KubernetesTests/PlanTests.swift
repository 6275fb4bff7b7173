import AdapterKit
import Foundation
import JSONDocument
import TestSupport
import Testing

@testable import Kubernetes

/// Plans of the apps in `fixtures/apps`, compared with `fixtures/plans/kubernetes`.
struct PlanTests {
    private func deployment(_ name: String) throws -> Deployment {
        try JSONDecoder().decode(Deployment.self, from: Data(Fixtures.bytes("apps/\(name).json")))
    }

    private func settings(_ values: [String: String] = [:]) throws -> KubernetesSettings {
        try KubernetesSettings(Settings(plugin: "scheduler-kubernetes", values: values))
    }

    private func plan(
        _ deployment: Deployment, _ values: [String: String] = [:], facts: ClusterFacts = .none(in: "shops")
    ) throws -> KubernetesPlan {
        try KubernetesPlan(deployment, settings(values), facts)
    }

    private func workload(_ plan: KubernetesPlan, _ type: String) throws -> KubernetesObject {
        try #require(plan.workloads.first { $0.process.description == type }).object
    }

    @Test(arguments: ["tiny", "shop", "everything"])
    func plansAreAsExpected(_ name: String) throws {
        let plan = try plan(deployment(name))
        let objects = JSONValue.array(plan.objects.map(\.document))
        let document: JSONValue = ["objects": objects, "warnings": .strings(plan.warnings)]
        let actual = document.indented(by: 2) + "\n"
        #expect(try Fixtures.expected("plans/kubernetes/\(name).json", actual: actual) == actual)
    }

    @Test func aPlanIsTheSameEachTime() throws {
        #expect(try plan(deployment("everything")) == plan(deployment("everything")))
    }

    // MARK: releases

    /// What there is in the cluster once `plan` is live.
    private func live(_ plan: KubernetesPlan) -> ClusterFacts {
        var facts = ClusterFacts.none(in: "shops")
        facts.record = plan.record
        facts.workloads = plan.workloads.map { workload in
            LiveWorkload(
                process: workload.object.labels[Label.process] ?? "", name: workload.object.name,
                release: workload.object.labels[Label.release] ?? "",
                content: workload.object.annotations[Annotation.content] ?? "", quantity: workload.quantity)
        }
        return facts
    }

    @Test func scalingChangesNothingButTheCount() throws {
        let before = try plan(deployment("shop"))
        var more = try deployment("shop")
        more.processes[0].quantity = 5
        let after = try plan(more, facts: live(before))
        let (old, new) = (try workload(before, "web"), try workload(after, "web"))
        #expect(old.name == new.name)
        #expect(old.content["spec"]?["template"] == new.content["spec"]?["template"])
        #expect(new.content["spec"]?["replicas"] == 5)
    }

    @Test func anotherConfigIsAnotherReleaseBesideTheFirst() throws {
        let before = try plan(deployment("shop"))
        var changed = try deployment("shop")
        changed.environment["GREETING"] = "hello"
        let after = try plan(changed, facts: live(before))
        #expect(try workload(before, "web").name != workload(after, "web").name)
        // What is gone with it: both workloads and the config of the release before.
        let gone = before.record.entries(missingIn: after.record).map(\.kind).sorted()
        #expect(gone == ["Deployment", "Deployment", "Secret"])
    }

    @Test func theConfigOfAReleaseThatCanBeGoneBackToStays() throws {
        let before = try plan(deployment("shop"))
        #expect(before.retained.contains { $0.hasPrefix("Secret/shop-config-") })
        var changed = try deployment("shop")
        changed.environment["GREETING"] = "hello"
        changed.keeps = [.init(id: try DeploymentID("1"), image: changed.image.local, objects: before.retained)]
        let after = try plan(changed, facts: live(before))
        #expect(!before.record.entries(missingIn: after.record).contains { $0.kind == "Secret" })
        #expect(try plan(changed, facts: live(after)).record == after.record, "deployed again, nothing changes")
        changed.keeps = []
        let last = try plan(changed, facts: live(after))
        #expect(after.record.entries(missingIn: last.record).map(\.kind) == ["Secret"], "it is forgotten")
    }

    @Test func aRestartReplacesWhatIsAsItShouldBe() throws {
        let before = try plan(deployment("shop"))
        var restart = try deployment("shop")
        restart.isRestart = true
        let restarted = try plan(restart, facts: live(before))
        #expect(try workload(before, "web").name != workload(restarted, "web").name)
        // What is deployed unchanged after it is left alone.
        let after = try plan(deployment("shop"), facts: live(restarted))
        #expect(try workload(restarted, "web").name == workload(after, "web").name)
        #expect(after.record.entries(missingIn: restarted.record).isEmpty)
    }

    @Test func oneProcessTypeLeavesTheOthersAlone() throws {
        let before = try plan(deployment("shop"))
        var worker = try deployment("shop")
        worker.only = try ProcessType("worker")
        worker.isRestart = true
        let after = try plan(worker, facts: live(before))
        #expect(after.workloads.map(\.process.description) == ["worker"])
        let gone = before.record.entries(missingIn: after.record)
        #expect(gone.map(\.process) == ["worker"] && gone.map(\.kind) == ["Deployment"])
        #expect(after.record.processes["web"] == before.record.processes["web"])
    }

    @Test func whatAnAutoscalerMadeOfItStays() throws {
        let before = try plan(deployment("everything"))
        var facts = live(before)
        for index in facts.workloads.indices where facts.workloads[index].process == "web" {
            facts.workloads[index].quantity = 5
        }
        #expect(try workload(plan(deployment("everything"), facts: facts), "web").content["spec"]?["replicas"] == 5)
        var changed = try deployment("everything")
        changed.environment["GREETING"] = "new"
        #expect(try workload(plan(changed, facts: facts), "web").content["spec"]?["replicas"] == 5)
    }

    @Test func rollingReleasesShareAWorkload() throws {
        let values = ["rollout": "rolling"]
        let before = try plan(deployment("shop"), values)
        var changed = try deployment("shop")
        changed.environment["GREETING"] = "hello"
        let after = try plan(changed, values, facts: live(before))
        #expect(try workload(before, "web").name == "shop-web")
        #expect(try workload(after, "web").name == "shop-web")
        #expect(
            try workload(before, "web").content["spec"]?["selector"]
                == workload(after, "web").content["spec"]?["selector"])
    }

    @Test func statefulTypesKeepTheirNames() throws {
        let plan = try plan(deployment("shop"), ["stateful": "worker"])
        let worker = try workload(plan, "worker")
        #expect(worker.kind == .statefulSet && worker.name == "shop-worker")
        #expect(
            plan.foundation.contains { $0.name == "shop-worker-pods" && $0.content["spec"]?["clusterIP"] == "None" })
    }

    // MARK: what cannot be

    @Test func foldersOfTheHostAreRefused() throws {
        let error = #expect(throws: AdapterError.self) { try plan(deployment("crowded")) }
        #expect(error?.code == .invalidInput)
        #expect(error?.hint?.contains("storage:create") == true)
    }

    @Test func aConfigThatNoSecretHoldsIsRefusedBeforeAnythingIsMade() throws {
        var large = try deployment("tiny")
        large.environment["BLOB"] = String(repeating: "x", count: 1_500_000)
        let error = #expect(throws: AdapterError.self) { try plan(large) }
        #expect(error?.message.contains("1500004 bytes") == true)
        #expect(error?.details == ["BLOB has 1500000 bytes"])
    }

    @Test func namesThatKubernetesWouldRefuseAreMappedApart() throws {
        let names = Names(app: try AppName("shop"))
        let types = try ["Web", "WEB", "we-b", "we_b", String(repeating: "a", count: 63)].map { try ProcessType($0) }
        let mapped = types.map { names.workload($0, Fingerprint("x")) }
        #expect(Set(mapped).count == types.count)
        for name in mapped {
            #expect(name.utf8.count <= 46, "\(name) leaves no room for a pod's name")
            #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        }
        #expect(Name.object("1st-app").first == "a")
        #expect(Name.label("node.js_app") == "node.js_app")
        #expect(Name.label(String(repeating: "a", count: 200)).utf8.count <= 63)
    }

    @Test func gatewaysNeedTheirAPI() throws {
        var old = ClusterFacts.none(in: "shops")
        old.versions = ServedVersions(["batch/v1"])
        let error = #expect(throws: AdapterError.self) {
            try plan(deployment("everything"), ["routing": "gateway", "gateway": "edge/main"], facts: old)
        }
        #expect(error?.code == .unsupported)
        let route = try plan(deployment("everything"), ["routing": "gateway", "gateway": "edge/main"]).routing
            .first { $0.kind.kind == "HTTPRoute" }
        #expect(route?.content["spec"]?["parentRefs"] == [["name": "main", "namespace": "edge"]])
    }

    // MARK: amounts

    @Test(arguments: [
        ("512", "512Mi"), ("512m", "512Mi"), ("2g", "2Gi"), ("1.5Gi", "1.5Gi"), ("64k", "64Ki"), ("1000b", "1000"),
        ("much", nil), ("", nil), ("5x", nil),
    ])
    func memoryMeansWhatItMeansToDocker(_ text: String, _ expected: String?) {
        #expect(Quantity.memory(text) == expected)
    }

    @Test func noValueOfTheConfigIsInThePlanExceptInItsSecret() throws {
        for object in try plan(deployment("everything")).objects where object.kind != .secret {
            #expect(!object.document.compact.contains("canary-password"), "\(object.title)")
        }
    }
}
