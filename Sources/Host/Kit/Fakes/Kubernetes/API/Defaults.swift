import JSONDocument

/// What the server adds to an object that does not say it.
enum Defaults {
    static func fill(_ object: inout JSONValue, _ kind: Kind, allocating address: (String) -> String) {
        switch kind.name {
        case "Pod":
            object.fallBack([:], "spec")
            fill(pod: &object, at: "spec")
            object.fallBack(["phase": "Pending", "qosClass": .string(quality(object))], "status")
        case "Deployment":
            object.fallBack(1, "spec", "replicas")
            object.fallBack(600, "spec", "progressDeadlineSeconds")
            object.fallBack(10, "spec", "revisionHistoryLimit")
            object.fallBack("RollingUpdate", "spec", "strategy", "type")
            if object.at("spec", "strategy", "type") == "RollingUpdate" {
                object.fallBack("25%", "spec", "strategy", "rollingUpdate", "maxSurge")
                object.fallBack("25%", "spec", "strategy", "rollingUpdate", "maxUnavailable")
            } else {
                object.put(nil, "spec", "strategy", "rollingUpdate")
            }
            template(&object)
            object.fallBack([:], "status")
        case "ReplicaSet":
            object.fallBack(1, "spec", "replicas")
            template(&object)
            object.fallBack(["replicas": 0], "status")
        case "StatefulSet":
            object.fallBack(1, "spec", "replicas")
            object.fallBack("OrderedReady", "spec", "podManagementPolicy")
            object.fallBack(10, "spec", "revisionHistoryLimit")
            object.fallBack("RollingUpdate", "spec", "updateStrategy", "type")
            object.fallBack(0, "spec", "updateStrategy", "rollingUpdate", "partition")
            template(&object)
            object.fallBack(["replicas": 0], "status")
        case "Job": job(&object)
        case "CronJob":
            object.fallBack("Allow", "spec", "concurrencyPolicy")
            object.fallBack(false, "spec", "suspend")
            object.fallBack(3, "spec", "successfulJobsHistoryLimit")
            object.fallBack(1, "spec", "failedJobsHistoryLimit")
            object.fallBack(["creationTimestamp": .null], "spec", "jobTemplate", "metadata")
            if var job = object.at("spec", "jobTemplate") {
                template(&job)
                object.put(job, "spec", "jobTemplate")
            }
            object.fallBack([:], "status")
        case "Service": service(&object, address)
        case "Secret":
            object.fallBack("Opaque", "type")
            for (name, value) in object["stringData"]?.texts ?? [:] {
                object.put(.string(Encoding.base64(value)), "data", name)
            }
            object["stringData"] = nil
        case "Namespace":
            object.fallBack(["kubernetes"], "spec", "finalizers")
            object.fallBack("Active", "status", "phase")
        case "HorizontalPodAutoscaler":
            object.fallBack(1, "spec", "minReplicas")
            object.fallBack(["currentReplicas": 0, "desiredReplicas": 0], "status")
            if kind.version == "v1" { object.fallBack(80, "spec", "targetCPUUtilizationPercentage") }
        case "PodDisruptionBudget":
            object.fallBack(
                ["currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0], "status")
        case "PersistentVolumeClaim":
            object.fallBack("Filesystem", "spec", "volumeMode")
            object.fallBack("Pending", "status", "phase")
        case "ResourceQuota": object.fallBack([:], "status")
        case "Ingress": object.fallBack(["loadBalancer": [:]], "status")
        default: break
        }
    }

    private static func template(_ object: inout JSONValue) {
        object.fallBack(.null, "spec", "template", "metadata", "creationTimestamp")
        guard var template = object.at("spec", "template") else { return }
        template.fallBack([:], "spec")
        fill(pod: &template, at: "spec")
        object.put(template, "spec", "template")
    }

    private static func job(_ object: inout JSONValue) {
        for (field, value) in [("parallelism", 1), ("completions", 1), ("backoffLimit", 6)] {
            object.fallBack(.integer(value), "spec", field)
        }
        let uid = JSONValue.string(object.uid)
        if object.at("spec", "selector") == nil, !object.uid.isEmpty {
            object.put(["matchLabels": ["controller-uid": uid]], "spec", "selector")
            object.put(uid, "spec", "template", "metadata", "labels", "controller-uid")
            object.put(.string(object.objectName), "spec", "template", "metadata", "labels", "job-name")
            // A job without labels of its own has those of its template.
            if object.labels.isEmpty {
                object.put(object.at("spec", "template", "metadata", "labels"), "metadata", "labels")
            }
        }
        template(&object)
        object.fallBack([:], "status")
    }

    private static func service(_ object: inout JSONValue, _ address: (String) -> String) {
        object.fallBack("ClusterIP", "spec", "type")
        object.fallBack("None", "spec", "sessionAffinity")
        if object.at("spec", "type") != "ExternalName" {
            object.fallBack(.string(address(object.objectName)), "spec", "clusterIP")
            if let own = object.at("spec", "clusterIP") { object.fallBack([own], "spec", "clusterIPs") }
        }
        let hasNodePorts = ["NodePort", "LoadBalancer"].contains(object.at("spec", "type")?.text)
        if hasNodePorts { object.fallBack("Cluster", "spec", "externalTrafficPolicy") }
        var spec = object["spec"] ?? [:]
        var number = 0
        let seed = object.uid.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0x7FF }
        spec.eachItem("ports") { port in
            number += 1
            port.fallBack("TCP", "protocol")
            if let own = port["port"] { port.fallBack(own, "targetPort") }
            if hasNodePorts { port.fallBack(.integer(30_000 + (seed + number) % 2_768), "nodePort") }
        }
        object["spec"] = spec
        object.fallBack(["loadBalancer": [:]], "status")
    }

    // MARK: pods

    private static func fill(pod object: inout JSONValue, at key: String) {
        guard var spec = object[key] else { return }
        spec.fallBack("Always", "restartPolicy")
        spec.fallBack(30, "terminationGracePeriodSeconds")
        spec.fallBack("ClusterFirst", "dnsPolicy")
        spec.fallBack([:], "securityContext")
        spec.fallBack("default-scheduler", "schedulerName")
        for list in ["containers", "initContainers"] { spec.eachItem(list) { container(&$0) } }
        spec.eachItem("volumes") { volume in
            for kind in ["secret", "configMap"] where volume[kind] != nil { volume.fallBack(420, kind, "defaultMode") }
        }
        object[key] = spec
    }

    private static func container(_ container: inout JSONValue) {
        let image = container["image"]?.text ?? ""
        let name = image.split(separator: "/").last ?? ""
        container.fallBack(
            name.hasSuffix(":latest") || !name.contains(":") && !name.contains("@") ? "Always" : "IfNotPresent",
            "imagePullPolicy")
        container.fallBack("/dev/termination-log", "terminationMessagePath")
        container.fallBack("File", "terminationMessagePolicy")
        container.fallBack([:], "resources")
        container.eachItem("ports") { $0.fallBack("TCP", "protocol") }
        for probe in ["readinessProbe", "livenessProbe", "startupProbe"] where container[probe] != nil {
            container.fallBack(1, probe, "timeoutSeconds")
            container.fallBack(10, probe, "periodSeconds")
            container.fallBack(1, probe, "successThreshold")
            container.fallBack(3, probe, "failureThreshold")
            if container.at(probe, "httpGet") != nil { container.fallBack("HTTP", probe, "httpGet", "scheme") }
        }
    }

    private static func quality(_ pod: JSONValue) -> String {
        let resources = (pod.at("spec", "containers")?.items ?? []).map { $0["resources"] ?? [:] }
        let isEmpty = resources.allSatisfy { ($0["requests"] ?? $0["limits"]) == nil }
        if isEmpty { return "BestEffort" }
        return resources.allSatisfy { $0["limits"] != nil && $0["limits"] == ($0["requests"] ?? $0["limits"]) }
            ? "Guaranteed" : "Burstable"
    }
}

extension Cluster {
    /// What the server adds to pods only, not to the templates that they are made of.
    func admit(_ pod: inout JSONValue) {
        let account = pod.at("spec", "serviceAccountName")?.text ?? "default"
        pod.put(.string(account), "spec", "serviceAccountName")
        pod.put(.string(account), "spec", "serviceAccount")
        pod.fallBack(true, "spec", "enableServiceLinks")
        pod.fallBack(0, "spec", "priority")
        pod.fallBack("PreemptLowerPriority", "spec", "preemptionPolicy")
        pod.fallBack(
            .array(
                ["not-ready", "unreachable"].map {
                    [
                        "key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute",
                        "tolerationSeconds": 300,
                    ]
                }), "spec", "tolerations")
        guard pod.at("spec", "automountServiceAccountToken")?.flag != false else { return }
        let name = JSONValue.string("\(account)-token-x7k2m")
        let volume: JSONValue = ["name": name, "secret": ["secretName": name, "defaultMode": 420]]
        let mount: JSONValue = [
            "name": name, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true,
        ]
        pod.put(.array((pod.at("spec", "volumes")?.items ?? []) + [volume]), "spec", "volumes")
        var spec = pod["spec"] ?? [:]
        spec.eachItem("containers") { container in
            container["volumeMounts"] = .array((container["volumeMounts"]?.items ?? []) + [mount])
        }
        pod["spec"] = spec
    }
}
