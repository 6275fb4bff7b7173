import JSONDocument
import Testing
import Traffic

@testable import Fakes

/// What recordings cannot show of the Kubernetes fake.
@Suite(.timeLimit(.minutes(1)))
struct KubernetesFakeTests {
    private let fake: KubernetesFake

    init() {
        var configuration = KubernetesFake.Configuration()
        configuration.speed = 100
        configuration.minor = 30
        fake = KubernetesFake(configuration)
    }

    private func ask(_ method: String, _ target: String, _ body: JSONValue? = nil, type: String = "application/json")
        async -> (status: Int, body: JSONValue)
    {
        let request = ServedRequest(
            method, target, headers: [HTTPField("Content-Type", type)],
            body: body.map { Array($0.compact.utf8) } ?? [])
        guard case .whole(let head, let bytes) = await fake.answer(request) else { return (0, .null) }
        return (head.status, (try? JSONValue(parsing: bytes)) ?? .null)
    }

    private func deployment(replicas: Int, command: [JSONValue], release: String = "1") -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "default"],
            "spec": [
                "replicas": .integer(replicas), "selector": ["matchLabels": ["app": "web"]],
                "strategy": ["rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]],
                "template": [
                    "metadata": ["labels": ["app": "web", "release": .string(release)]],
                    "spec": [
                        "containers": [
                            [
                                "name": "web", "image": "kit:1", "command": .array(command),
                                "env": [["name": "PORT", "value": "5000"]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static let web = "/apis/apps/v1/namespaces/default/deployments/web"

    private func apply(_ object: JSONValue) async -> Int {
        await ask(
            "PATCH", Self.web + "?fieldManager=linkspan&force=true", object, type: "application/apply-patch+yaml"
        ).status
    }

    private func wait(_ isThere: (JSONValue) -> Bool) async throws -> JSONValue {
        for _ in 0..<500 {
            let object = await ask("GET", Self.web).body
            if isThere(object) { return object }
            try await Task.sleep(for: .milliseconds(10))
        }
        return await ask("GET", Self.web).body
    }

    @Test func aRolloutThatFailsLeavesTheOldPods() async throws {
        #expect(await apply(deployment(replicas: 2, command: ["kit", "serve"])) == 201)
        let first = try await wait { $0.at("status", "availableReplicas") == 2 }
        #expect(first.at("status", "availableReplicas") == 2)
        #expect(await apply(deployment(replicas: 2, command: ["kit", "exit", "1"], release: "2")) == 200)
        let second = try await wait { $0.at("status", "updatedReplicas") == 1 }
        #expect(second.at("status", "observedGeneration") == 2)
        try await Task.sleep(for: .milliseconds(200))
        let pods = await fake.objects().filter { $0.kind == "pod" && $0.labels["release"] == "1" }
        #expect(pods.filter { $0.isRunning == true }.count == 2)
        #expect(pods.first?.environment["PORT"] == "5000")
        await fake.stop()
    }

    @Test func whatAPodNeedsMayComeLater() async throws {
        var object = deployment(replicas: 1, command: ["kit", "serve"])
        var container = object.at("spec", "template", "spec", "containers")?.items?.first ?? [:]
        container["envFrom"] = [["secretRef": ["name": "late"]]]
        object.put([container], "spec", "template", "spec", "containers")
        #expect(await apply(object) == 201)
        let secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "late"], "stringData": ["KEY": "value"],
        ]
        #expect(await ask("POST", "/api/v1/namespaces/default/secrets", secret).status == 201)
        let ready = try await wait { $0.at("status", "availableReplicas") == 1 }
        #expect(ready.at("status", "availableReplicas") == 1)
        #expect(await fake.objects().first { $0.kind == "pod" }?.environment["KEY"] == "value")
        await fake.stop()
    }

    @Test func newerReleasesServeOtherVersions() async {
        #expect(await ask("GET", "/apis/autoscaling/v2").status == 200)
        #expect(await ask("GET", "/apis/autoscaling/v2beta2").status == 404)
        #expect(await ask("GET", "/apis/batch/v1beta1/namespaces/default/cronjobs").status == 404)
        #expect(await ask("GET", "/version").body["minor"] == "30")
    }

    @Test func aCronJobFiresWhenItIsTold() async throws {
        let cron: JSONValue = [
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": ["name": "nightly"],
            "spec": [
                "schedule": "0 0 * * *",
                "jobTemplate": [
                    "spec": [
                        "template": [
                            "spec": [
                                "restartPolicy": "Never",
                                "containers": [["name": "task", "image": "kit:1", "command": ["kit", "exit", "0"]]],
                            ]
                        ]
                    ]
                ],
            ],
        ]
        #expect(await ask("POST", "/apis/batch/v1/namespaces/default/cronjobs", cron).status == 201)
        #expect(await ask("GET", "/apis/batch/v1/namespaces/default/jobs").body["items"]?.items?.isEmpty == true)
        await fake.fire(cronJob: "nightly", in: "default")
        var succeeded: Int?
        for _ in 0..<300 where succeeded == nil {
            try await Task.sleep(for: .milliseconds(10))
            let jobs = await ask("GET", "/apis/batch/v1/namespaces/default/jobs").body["items"]?.items ?? []
            succeeded = jobs.first?.at("status", "succeeded")?.whole
        }
        #expect(succeeded == 1)
        await fake.stop()
    }
}
