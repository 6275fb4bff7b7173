import AdapterKit
import JSONDocument

extension Workloads {
    /// The workload of `process` under the name of its release.
    ///
    /// What its pods are made of names the release. So a deploy that changes nothing meets what is there, and a restart,
    /// which shall replace instances that are as they should be, gives the deploy's own name instead; what is deployed
    /// unchanged after a restart keeps that name.
    /// - Parameter patched: the object with the user's patches, which belong to what the release is made of.
    func released(
        _ process: AppProcess, facts: ClusterFacts, warnings: inout [String],
        patched: (KubernetesObject) throws -> KubernetesObject
    ) throws -> Workload {
        var untold: [String] = []
        let draft = try workload(process, release: Fingerprint(""), warnings: &untold)
        // All but the count, which changes without anybody being replaced.
        var spec = try patched(draft.object).content["spec"] ?? .null
        spec["replicas"] = nil
        let content = Fingerprint(spec.compact)
        let live = facts.workloads.filter { $0.process == Name.label(process.type.description) }
        var release = content
        if deployment.isRestart {
            release = Fingerprint(content.description + deployment.id.description)
        } else if let same = live.first(where: { $0.content == content.description }) {
            release = Fingerprint(named: same.release)
        }
        var made = try workload(process, release: release, warnings: &warnings)
        made.take(try patched(made.object))
        made.mark(content)
        return made
    }

    /// The labels of the pods that are to get traffic.
    func serving(_ workload: Workload) -> [String: String] {
        workload.object.content["spec"]?["selector"]?["matchLabels"]?.fields?.compactMapValues(\.text) ?? [:]
    }

    /// The Service by which the pods of a StatefulSet know each other.
    func identities(_ type: ProcessType) -> KubernetesObject {
        let selector = metadata.labels(of: "Service", process: type)
            .filter { [Label.app, Label.process, Label.origin].contains($0.key) }
        return metadata.object(
            .service, Names(app: deployment.app.name).identities(type), in: namespace, process: type,
            ["spec": ["clusterIP": "None", "selector": .strings(selector)]])
    }

    /// Keeps one of several instances up while nodes are emptied; `nil` where there is one only.
    func disruptionBudget(_ process: AppProcess, _ versions: ServedVersions) -> KubernetesObject? {
        let least = process.autoscaling?.minimum ?? process.quantity
        guard settings.objects.hasDisruptionBudget, least >= 2 else { return nil }
        let selector = metadata.labels(of: "PodDisruptionBudget", process: process.type)
            .filter { [Label.app, Label.process, Label.origin].contains($0.key) }
        return metadata.object(
            versions.podDisruptionBudget, Names(app: deployment.app.name).service(process.type), in: namespace,
            process: process.type,
            ["spec": ["maxUnavailable": 1, "selector": ["matchLabels": .strings(selector)]]])
    }

    /// What changes the quantity by itself; `nil` where nothing does.
    func autoscaler(
        _ process: AppProcess, _ workload: Workload, _ versions: ServedVersions, warnings: inout [String]
    ) -> KubernetesObject? {
        guard let scaling = process.autoscaling, process.quantity > 0 else { return nil }
        var metrics: [JSONValue] = []
        for trigger in scaling.triggers {
            guard ["cpu", "memory"].contains(trigger.type), let value = trigger.metadata["value"].flatMap({ Int($0) })
            else {
                warnings.append(
                    "\(process.type): autoscaling trigger \(trigger.type) is left out: "
                        + "cpu and memory with a percentage as value are known")
                continue
            }
            metrics.append([
                "type": "Resource",
                "resource": [
                    "name": .string(trigger.type),
                    "target": ["type": "Utilization", "averageUtilization": .integer(value)],
                ],
            ])
        }
        guard !metrics.isEmpty else { return nil }
        let least = max(1, scaling.minimum ?? process.quantity)
        return metadata.object(
            versions.horizontalPodAutoscaler, Names(app: deployment.app.name).service(process.type), in: namespace,
            process: process.type,
            [
                "spec": [
                    "scaleTargetRef": [
                        "apiVersion": .string(workload.object.kind.apiVersion),
                        "kind": .string(workload.object.kind.kind), "name": .string(workload.object.name),
                    ],
                    "minReplicas": .integer(least), "maxReplicas": .integer(max(least, scaling.maximum ?? least)),
                    "metrics": .array(metrics),
                    "behavior": [
                        "scaleDown": ["stabilizationWindowSeconds": .integer(min(scaling.cooldown, 3_600))]
                    ],
                ]
            ])
    }
}

extension Workload {
    /// Takes the patched object, and with it what a patch may have changed of how it is watched.
    fileprivate mutating func take(_ patched: KubernetesObject) {
        guard patched != object else { return }
        let (before, after) = (object.container(container), patched.container(container))
        if before?["readinessProbe"] != after?["readinessProbe"] || before?["startupProbe"] != after?["startupProbe"] {
            readinessBudget = nil
            defaultProbePort = nil
            hasStartupProbe = after?["startupProbe"] != nil
            startupCommand = after?["startupProbe"]?["exec"]?["command"]?.items?.compactMap(\.text) ?? []
        }
        if object.kind == .deployment { minReadySeconds = patched.content["spec"]?["minReadySeconds"]?.whole ?? 0 }
        object = patched
    }

    /// Notes what the pods are made of, for the next deploy.
    fileprivate mutating func mark(_ content: Fingerprint) {
        object.annotations[Annotation.content] = content.description
    }
}

extension KubernetesObject {
    fileprivate func container(_ name: String) -> JSONValue? {
        content["spec"]?["template"]?["spec"]?["containers"]?.items?.first { $0["name"]?.text == name }
    }
}
