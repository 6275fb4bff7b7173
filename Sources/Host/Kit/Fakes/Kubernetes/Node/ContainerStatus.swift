import JSONDocument

/// What a pod says about its container.
struct ContainerStatus: Sendable {
    var name: String
    var image: String
    var state: JSONValue = [:]
    var lastState: JSONValue = [:]
    var restarts = 0
    var isReady = false
    var isStarted = false
    /// What the container's id is made of; `nil` before there is one.
    var number: String?

    init(name: String, image: String) {
        self.name = name
        self.image = image
    }

    init?(_ document: JSONValue?) {
        guard let document, let name = document["name"]?.text else { return nil }
        self.name = name
        image = document["image"]?.text ?? ""
        state = document["state"] ?? [:]
        lastState = document["lastState"] ?? [:]
        restarts = document["restartCount"]?.whole ?? 0
        isReady = document["ready"]?.flag ?? false
        isStarted = document["started"]?.flag ?? false
        number = document["containerID"]?.text.map { String($0.dropFirst(9)) }
    }

    var id: String {
        let digits = (number ?? "").filter(\.isHexDigit)
        return "docker://" + digits + String(repeating: "0", count: max(0, 64 - digits.count))
    }

    var document: JSONValue {
        var document: JSONValue = [
            "name": .string(name), "image": .string(image), "imageID": "", "ready": .bool(isReady),
            "restartCount": .integer(restarts), "started": .bool(isStarted), "state": state, "lastState": lastState,
        ]
        if number != nil {
            document["containerID"] = .string(id)
            document["imageID"] = .string("docker://sha256:" + String(repeating: "1", count: 64))
        }
        return document
    }
}

extension Cluster {
    /// Writes a pod's status, with the conditions that follow from it.
    func show(_ key: ObjectKey, _ uid: String, _ container: ContainerStatus, phase: String) {
        guard var pod = store[key], pod.uid == uid else { return }
        var status = pod["status"] ?? [:]
        status["phase"] = .string(phase)
        status.fallBack("127.0.0.1", "hostIP")
        status.fallBack(calendar.now, "startTime")
        if status["podIP"] == nil {
            addresses += 1
            let address = JSONValue.string("10.244.\(addresses / 250).\(addresses % 250 + 2)")
            status["podIP"] = address
            status["podIPs"] = [["ip": address]]
        }
        var conditions = Conditions(status, now: calendar.now, looked: "lastProbeTime")
        let isCompleted = phase == "Succeeded"
        let reason = isCompleted ? "PodCompleted" : container.isReady ? nil : "ContainersNotReady"
        let message = isCompleted || container.isReady ? nil : "containers with unready status: [\(container.name)]"
        conditions.set("Initialized", true, isCompleted ? "PodCompleted" : nil)
        conditions.set("Ready", container.isReady, reason, message)
        conditions.set("ContainersReady", container.isReady, reason, message)
        status["conditions"] = .array(conditions.items)
        status["containerStatuses"] = [container.document]
        pod["status"] = status
        if container.isReady, pods[uid]?.readySince == nil { pods[uid]?.readySince = calendar.seconds }
        store.put(pod, key)
    }
}
