import AdapterKit
import JSONDocument

/// What a pod of an app is made of: the same for deployed instances, one-off tasks and cron tasks.
struct PodTemplate: Sendable {
    /// What the one container is called.
    var container: String
    var image: String
    /// Takes the place of the image's entry point; empty for the image's own.
    var command: [String] = []
    /// The words after it; empty for the image's own.
    var arguments: [String] = []
    /// The Secret that holds the app's config.
    var config: String?
    /// Further variables, and where to take them from: a value or a field of the pod.
    var variables: [Variable] = []
    var ports: [(number: Int, transport: String)] = []
    var resources: JSONValue?
    var probes: [String: JSONValue] = [:]
    var mounts: [PodMount] = []
    var pullSecrets: [String] = []
    var serviceAccount: String?
    /// Seconds a pod may take to end.
    var stopTimeout = 30
    /// Seconds it goes on serving after it was told to stop.
    var drainSeconds = 0
    /// Whether the server can wait by itself, without a program of the image.
    var canSleep = false
    var restartPolicy = "Always"
    var standardInput = false
    var terminal = false
    var workingDirectory: String?
    /// Seconds after which it is ended, whatever it does.
    var deadline: Int?
    var options = PodOptions([])
    var imageFacts: ImageFacts?
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]

    struct Variable: Sendable, Equatable {
        var name: String
        var value: String?
        var field: String?
    }

    /// `metadata` and `spec` of a pod.
    func document(_ settings: ObjectSettings) -> [String: JSONValue] {
        var metadata: [String: JSONValue] = ["labels": .strings(labels)]
        if !annotations.isEmpty { metadata["annotations"] = .strings(annotations) }
        return ["metadata": .object(metadata), "spec": .object(spec(settings))]
    }

    func spec(_ settings: ObjectSettings) -> [String: JSONValue] {
        let security = PodSecurity(settings, image: imageFacts, options: options)
        var spec: [String: JSONValue] = [
            "containers": [.object(containerDocument(settings, security))],
            // What an app wants to know of other Services it is told by config.
            "enableServiceLinks": false, "automountServiceAccountToken": false,
            "restartPolicy": .string(restartPolicy),
            "terminationGracePeriodSeconds": .integer(stopTimeout + drainSeconds),
        ]
        if let serviceAccount { spec["serviceAccountName"] = .string(serviceAccount) }
        if !pullSecrets.isEmpty {
            spec["imagePullSecrets"] = .array(pullSecrets.map { ["name": .string($0)] })
        }
        if !security.pod.isEmpty { spec["securityContext"] = .object(security.pod) }
        let volumes = (mounts + sharedMemory(settings)).map(\.volume)
        if !volumes.isEmpty { spec["volumes"] = .array(volumes) }
        if !settings.nodeSelector.isEmpty { spec["nodeSelector"] = .strings(settings.nodeSelector) }
        if !settings.tolerations.isEmpty { spec["tolerations"] = .array(settings.tolerations.map(Toleration.document)) }
        if !settings.topologySpread.isEmpty { spec["topologySpreadConstraints"] = .array(spread(settings)) }
        if !options.hosts.isEmpty {
            spec["hostAliases"] = .array(
                options.hosts.sorted { $0.key < $1.key }.map {
                    ["ip": .string($0.key), "hostnames": .strings($0.value)]
                })
        }
        if let deadline { spec["activeDeadlineSeconds"] = .integer(deadline) }
        return spec
    }

    private func containerDocument(_ settings: ObjectSettings, _ security: PodSecurity) -> [String: JSONValue] {
        var document: [String: JSONValue] = ["name": .string(container), "image": .string(image)]
        if let policy = settings.imagePullPolicy { document["imagePullPolicy"] = .string(policy) }
        if !command.isEmpty { document["command"] = .strings(command) }
        if !arguments.isEmpty { document["args"] = .strings(arguments.map(Self.literal)) }
        if let config { document["envFrom"] = [["secretRef": ["name": .string(config)]]] }
        if !variables.isEmpty { document["env"] = .array(variables.map(\.document)) }
        if !ports.isEmpty {
            document["ports"] = .array(
                ports.map { ["containerPort": .integer($0.number), "protocol": .string($0.transport)] })
        }
        if let resources { document["resources"] = resources }
        document.merge(probes) { $1 }
        let mounts = (mounts + sharedMemory(settings)).map(\.mount)
        if !mounts.isEmpty { document["volumeMounts"] = .array(mounts) }
        if !security.container.isEmpty { document["securityContext"] = .object(security.container) }
        if let workingDirectory { document["workingDir"] = .string(workingDirectory) }
        if standardInput { (document["stdin"], document["stdinOnce"]) = (true, true) }
        if terminal { document["tty"] = true }
        if drainSeconds > 0 {
            document["lifecycle"] = [
                "preStop": canSleep
                    ? ["sleep": ["seconds": .integer(drainSeconds)]]
                    : ["exec": ["command": ["sleep", .string(String(drainSeconds))]]]
            ]
        }
        return document
    }

    /// Kubernetes fills `$(NAME)` in and makes one `$` of two; words with neither stay as they are.
    private static func literal(_ word: String) -> String {
        let parts = word.split(separator: "$", omittingEmptySubsequences: false)
        let isTouched = parts.dropFirst().contains { $0.hasPrefix("(") } || parts.dropFirst().dropLast().contains("")
        return isTouched ? parts.joined(separator: "$$") : word
    }

    private func sharedMemory(_ settings: ObjectSettings) -> [PodMount] {
        (options.sharedMemory ?? settings.sharedMemory).map { [.memory($0, at: "/dev/shm")] } ?? []
    }

    private func spread(_ settings: ObjectSettings) -> [JSONValue] {
        let own = labels.filter { [Label.app, Label.process, Label.release].contains($0.key) }
        return settings.topologySpread.map { key in
            [
                "maxSkew": 1, "topologyKey": .string(key), "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": ["matchLabels": .strings(own)],
            ]
        }
    }
}

extension PodTemplate.Variable {
    var document: JSONValue {
        if let field { return ["name": .string(name), "valueFrom": ["fieldRef": ["fieldPath": .string(field)]]] }
        return ["name": .string(name), "value": .string(value ?? "")]
    }
}
