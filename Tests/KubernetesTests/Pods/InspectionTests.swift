import APIClient
import AdapterKit
import JSONDocument
import Testing

@testable import Kubernetes

/// Descriptions, and cron tasks that are held back.
@Suite(.timeLimit(.minutes(1)))
struct InspectionTests {
    @Test func noSecretIsShown() async throws {
        let stage = try await PodStage()
        try await stage.deploy(running: ["kit", "print-and-stay", "a-very-long-secret-value"])
        let secret = KubernetesObject(
            .secret, "shop-config-1", in: "default", labels: Label.common(try AppName("shop"), origin: ""),
            ["stringData": ["API_KEY": "a-very-long-secret-value"]])
        _ = try await stage.cluster.send(KubernetesCalls.create(secret, as: ObjectHead.self))
        let objects = try await Inspection(cluster: stage.cluster, origin: "").objects(of: try AppName("shop"))
        let text = JSONValue.array(objects).compact
        #expect(!text.contains("a-very-long-secret-value"))
        #expect(!text.contains("good morning"))
        #expect(text.contains("\"API_KEY\":\"XXXXXX\""))
        #expect(text.contains("{\"name\":\"PORT\",\"value\":\"5000\"}"))
        let kinds = Set(objects.compactMap { $0["kind"]?.text })
        #expect(kinds.isSuperset(of: ["Deployment", "Pod", "Secret"]))
        #expect(try await Inspection(cluster: stage.cluster, origin: "").objects(of: try AppName("other")).isEmpty)
    }

    @Test(arguments: [20, 30]) func whatIsInMaintenanceIsSuspended(minor: Int) async throws {
        let stage = try await PodStage(minor: minor)
        let app = try AppName("shop")
        let kind = try await stage.cluster.send(KubernetesCalls.groups).cronJob
        for id in ["one", "two"] {
            var labels = Label.common(app, origin: "")
            labels[Label.cron] = id
            let job = KubernetesObject(
                kind, "shop-cron-\(id)", in: "default", labels: labels,
                [
                    "spec": [
                        "schedule": "0 0 * * *", "suspend": .bool(id == "two"),
                        "jobTemplate": [
                            "spec": [
                                "template": [
                                    "spec": [
                                        "restartPolicy": "Never",
                                        "containers": [["name": "task", "image": "kit:1"]],
                                    ]
                                ]
                            ]
                        ],
                    ]
                ])
            _ = try await stage.cluster.send(KubernetesCalls.create(job, as: ObjectHead.self))
        }
        let tasks = ["one", "two", "three"].map {
            CronTask(id: $0, schedule: "0 0 * * *", command: "x", isInMaintenance: true)
        }
        try await CronUpkeep(cluster: stage.cluster, origin: "").keep(tasks, of: app)
        let patches = stage.requests.filter { $0.hasPrefix("PATCH") }
        #expect(patches.count == 1 && patches.first?.contains("shop-cron-one") == true)
        let job = try await stage.cluster.send(
            KubernetesCalls.get(kind, "shop-cron-one", in: "default", as: JSONValue.self))
        #expect(job["spec"]?["suspend"] == true)
    }
}
