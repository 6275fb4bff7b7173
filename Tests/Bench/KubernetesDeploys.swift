import Foundation

/// Deploys to a real cluster, beside `kubectl` with the same objects.
struct KubernetesDeploys {
    private static let imageVariable = "LINKSPAN_BENCH_IMAGE"
    private static let lines = 200_000

    let stage: Stage
    let kubeconfig: String
    let image: String

    /// Needs a cluster that may be filled, an image with busybox' programs that its nodes have, and kubectl.
    static func measure(binary: String, runs: Int) throws -> Report.Part {
        let variables = ProcessInfo.processInfo.environment
        var part = Report.Part(title: "Kubernetes", figures: [])
        guard let kubeconfig = variables["LINKSPAN_TEST_KUBECONFIG"], let image = variables[imageVariable] else {
            part.skipped =
                "LINKSPAN_TEST_KUBECONFIG names a cluster, \(imageVariable) an image of busybox that its nodes have"
            return part
        }
        guard (try? Program(["kubectl", "version", "--client"]).run()) != nil else {
            part.skipped = "there is no kubectl to compare with"
            return part
        }
        let stage = try Stage(binary: binary, variables: ["KUBECONFIG": kubeconfig])
        defer { stage.clear() }
        part.figures = try KubernetesDeploys(stage: stage, kubeconfig: kubeconfig, image: image).measure(runs)
        return part
    }

    private var mark: String { String(stage.folder.suffix(8)).lowercased() }
    private var ourNamespace: String { "bench-ours-" + mark }
    private var theirNamespace: String { "bench-theirs-" + mark }

    private func measure(_ runs: Int) throws -> [Figure] {
        try prepare()
        defer {
            for namespace in [ourNamespace, theirNamespace] {
                _ = try? kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")
            }
        }
        let first = try Figures(
            runs: runs,
            [
                ("linkspan deploy", { try firstDeploy() }),
                ("kubectl apply, rollout status", { try firstApply() }),
            ])
        let again = try Figures(
            runs: runs * 3,
            [
                ("linkspan deploy", { try deploy() }),
                ("kubectl apply, rollout status", { try apply() }),
            ])
        let logs = try Figures(
            runs: runs,
            [
                (
                    "linkspan logs",
                    { try stage.linkspan("logs", "shop", "--num", String(Self.lines * 2), "-p", "worker") }
                ),
                (
                    "kubectl logs",
                    {
                        try kubectl(
                            "-n", theirNamespace, "logs", "--tail=-1", "--timestamps", try theirWorker())
                    }
                ),
            ])
        return [
            first.milliseconds("the first deploy of two process types"),
            first.figure("the same, requests", "requests", \.toldRequests), first.peakMemory("the same"),
            again.milliseconds("a deploy that changes nothing"),
            again.figure("the same, requests", "requests", \.toldRequests), again.peakMemory("the same"),
            logs.figure("logs of \(Self.lines) lines", "MB/s") {
                Double($0.output.utf8.count) / 1_048_576 / $0.seconds
            },
            logs.figure("the same, lines", "lines") { Double($0.output.split(separator: "\n").count) },
        ]
    }

    private func prepare() throws {
        try stage.write(
            "web: httpd -f -p $PORT -h /\nworker: sh -c 'seq 1 \(Self.lines); exec sleep 100000'",
            to: "project/Procfile")
        try stage.write(
            #"{"healthchecks": {"web": [{"type": "startup", "uptime": 1}], "worker": [{"type": "startup", "uptime": 1}]}}"#,
            to: "project/app.json")
        try stage.linkspan("apps:create", "shop")
        try stage.write("GREETING=hello\n", to: "project/.env")
        try stage.linkspan("ps:scale", "shop", "web=2", "worker=1")
        try stage.linkspan("scheduler:set", "shop", "selected", "kubernetes")
        try stage.linkspan("scheduler-kubernetes:set", "shop", "namespace", ourNamespace)
        // The nodes have the image.
        try stage.linkspan("registry:set", "shop", "push-on-release", "false")
        _ = try firstDeploy()
        try stage.write(try ourObjects(), to: "objects.json")
        _ = try kubectl("create", "namespace", theirNamespace)
    }

    /// What linkspan has made, as somebody would write it down for kubectl.
    private func ourObjects() throws -> String {
        let kinds = "serviceaccount,secret,configmap,deployment,service,poddisruptionbudget"
        let found = try kubectl("-n", ourNamespace, "get", kinds, "-l", "linkspan.dev/app=shop", "-o", "json").output
        guard var list = try JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: Any],
            let items = list["items"] as? [[String: Any]]
        else { throw Program.Failed(description: "kubectl get prints no list") }
        list["items"] = items.map { item in
            var item = item
            let metadata = item["metadata"] as? [String: Any] ?? [:]
            let kept = ["name", "labels", "annotations"]
            item["metadata"] = metadata.filter { kept.contains($0.key) }.merging(["namespace": theirNamespace]) { $1 }
            item["status"] = nil
            if item["kind"] as? String == "Service", var spec = item["spec"] as? [String: Any] {
                spec["clusterIP"] = nil
                spec["clusterIPs"] = nil
                item["spec"] = spec
            }
            if item["kind"] as? String == "ServiceAccount" { item["secrets"] = nil }
            return item
        }
        list["metadata"] = nil
        return String(decoding: try JSONSerialization.data(withJSONObject: list), as: UTF8.self)
    }

    private func deploy() throws -> Program.Cost {
        try stage.linkspan("--verbose", "deploy", "shop", "--image", image, "--project", stage.folder + "/project")
    }

    private func firstDeploy() throws -> Program.Cost {
        // A namespace that is gone takes all of the app with it.
        _ = try kubectl("delete", "namespace", ourNamespace, "--ignore-not-found")
        _ = try kubectl("create", "namespace", ourNamespace)
        return try deploy()
    }

    /// Both of kubectl's commands as one.
    private func apply() throws -> Program.Cost {
        let applied = try kubectl("apply", "-v=6", "-f", stage.folder + "/objects.json")
        var total = applied
        for name in try theirDeployments() {
            let status = try kubectl("-n", theirNamespace, "rollout", "status", "-v=6", name)
            total.seconds += status.seconds
            total.processorSeconds += status.processorSeconds
            total.peakMemory = max(total.peakMemory, status.peakMemory)
            total.complaint += status.complaint
        }
        return total
    }

    private func theirDeployments() throws -> [String] {
        try kubectl("-n", theirNamespace, "get", "deployments", "-o", "name").output.split(separator: "\n").map(
            String.init)
    }

    private func theirWorker() throws -> String {
        guard let name = try theirDeployments().first(where: { $0.contains("worker") }) else {
            throw Program.Failed(description: "there is no Deployment of the worker")
        }
        return name
    }

    private func firstApply() throws -> Program.Cost {
        _ = try kubectl("delete", "-f", stage.folder + "/objects.json", "--ignore-not-found")
        return try apply()
    }

    private func kubectl(_ words: String...) throws -> Program.Cost {
        try stage.program(["kubectl"] + words).run()
    }
}
