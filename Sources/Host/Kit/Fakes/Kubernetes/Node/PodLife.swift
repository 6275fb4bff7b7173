import APIClient
import JSONDocument
import Traffic

/// The node's part: a pod's program is started, watched, started again, ended.
extension Cluster {
    func startPod(_ key: ObjectKey, _ pod: JSONValue) {
        var process = PodProcess()
        let uid = pod.uid
        process.task = Task { [weak self] in await self?.live(key, uid) }
        pods[uid] = process
    }

    /// Marks a pod whose end takes a moment.
    /// - Returns: the pod while it is still there.
    func endPod(_ key: ObjectKey, _ pod: JSONValue, grace: Int?) -> JSONValue? {
        let grace = grace ?? pod.at("spec", "terminationGracePeriodSeconds")?.whole ?? 30
        guard grace > 0, let process = pods[pod.uid], !isOver(pod) else {
            pods[pod.uid]?.task?.cancel()
            pods[pod.uid] = nil
            remove(key)
            return nil
        }
        guard !pod.isGoing else { return pod }
        var pod = pod
        pod.put(calendar.now, "metadata", "deletionTimestamp")
        pod.put(.integer(grace), "metadata", "deletionGracePeriodSeconds")
        let kept = store.put(pod, key)
        Task { await process.end.open() }
        return kept
    }

    private func live(_ key: ObjectKey, _ uid: String) async {
        guard let process = pods[uid] else { return }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.runContainer(key, uid) }
            tasks.addTask {
                await process.end.wait()
                guard !Task.isCancelled else { return }
                await self.pauseBeforeEnd(key, uid)
            }
            await process.end.wait()
            if !Task.isCancelled {
                // The first to return: the program has ended by itself, or was given its time.
                for await _ in tasks where mayEnd(key, uid) { break }
            }
            tasks.cancelAll()
        }
        guard !Task.isCancelled || store[key]?.uid == uid else { return }
        pods[uid]?.isRunning = false
        if store[key]?.uid == uid {
            remove(key)
            pods[uid] = nil
        }
        settle()
    }

    private func mayEnd(_ key: ObjectKey, _ uid: String) -> Bool { store[key]?.isGoing ?? true }

    private func pauseBeforeEnd(_ key: ObjectKey, _ uid: String) async {
        guard let pod = store[key], let container = pod.at("spec", "containers")?.items?.first else { return }
        let ignores: Bool
        if case .runs(let workload) = Workload.start(command(of: container, environment(container, of: pod))) {
            ignores = workload.ignoresTerm && pods[uid]?.isRunning == true
        } else {
            ignores = false
        }
        let grace = pod.at("metadata", "deletionGracePeriodSeconds")?.whole ?? 30
        let before = min(Double(grace), Self.secondsBeforeStop(container))
        await clock.pause(ignores ? Double(grace) : before + 0.3)
    }

    /// How long a container is left alone before it is told to stop: the number in its hook.
    private static func secondsBeforeStop(_ container: JSONValue) -> Double {
        let hook = container.at("lifecycle", "preStop")
        if let seconds = hook?.at("sleep", "seconds")?.whole { return Double(seconds) }
        let words = (hook?.at("exec", "command")?.items ?? []).compactMap(\.text).joined(separator: " ")
            .split(separator: " ").map { $0.filter { $0 != ";" } }
        guard let index = words.firstIndex(of: "sleep"), index + 1 < words.count else { return 0 }
        return Double(words[index + 1]) ?? 0
    }

    func command(of container: JSONValue, _ environment: [String: String]) -> [String] {
        let command = (container["command"]?.items ?? []).compactMap(\.text)
        let arguments = (container["args"]?.items ?? []).compactMap(\.text)
        return command.isEmpty && arguments.isEmpty
            ? configuration.defaultCommand : (command + arguments).map { Expansion.expanded($0, environment) }
    }

    // MARK: a container's life

    private func runContainer(_ key: ObjectKey, _ uid: String) async {
        guard let pod = store[key], let container = pod.at("spec", "containers")?.items?.first else { return }
        let name = container["name"]?.text ?? ""
        let image = container["image"]?.text ?? ""
        var status = ContainerStatus(name: name, image: image)
        status.state = ["waiting": ["reason": "ContainerCreating"]]
        show(key, uid, status, phase: "Pending")
        await clock.pause(0.2)
        guard await waitForSettings(key, uid, container, &status) else { return }
        guard await waitForImage(key, uid, container, &status) else { return }
        let policy = pod.at("spec", "restartPolicy")?.text ?? "Always"
        let environment = environment(container, of: pod)
        while !Task.isCancelled {
            let exit = await runOnce(key, uid, container, environment, &status)
            guard !Task.isCancelled else { return }
            let mayRestart = policy == "Always" || policy == "OnFailure" && exit != 0
            guard mayRestart, store[key]?.isGoing != true else {
                show(key, uid, status, phase: exit == 0 ? "Succeeded" : "Failed")
                settle()
                return
            }
            show(key, uid, status, phase: "Running")
            settle()
            await backOff(key, uid, &status)
        }
    }

    /// The first restart comes at once, the next ones ever later.
    private func backOff(_ key: ObjectKey, _ uid: String, _ status: inout ContainerStatus) async {
        let last = status.state
        if status.restarts > 0 {
            await clock.pause(0.5)
            let seconds = min(300, 10 << min(status.restarts - 1, 5))
            let name = status.name
            status.lastState = last
            status.state = [
                "waiting": [
                    "reason": "CrashLoopBackOff",
                    "message": .string(
                        "back-off \(seconds)s restarting failed container=\(name) pod=\(key.name)_\(key.namespace)(\(uid))"
                    ),
                ]
            ]
            show(key, uid, status, phase: "Running")
            if let pod = store[key] {
                event(pod, "Warning", "BackOff", "Back-off restarting failed container", container: name)
            }
            settle()
            await clock.pause(Double(seconds))
        } else {
            await clock.pause(0.5)
            status.lastState = last
        }
        status.restarts += 1
    }

    private func waitForSettings(
        _ key: ObjectKey, _ uid: String, _ container: JSONValue, _ status: inout ContainerStatus
    )
        async -> Bool
    {
        while let missing = missingReference(container, in: key.namespace) {
            guard !Task.isCancelled else { return false }
            status.state = [
                "waiting": [
                    "reason": "CreateContainerConfigError",
                    "message": .string("\(missing.kind) \"\(missing.name)\" not found"),
                ]
            ]
            show(key, uid, status, phase: "Pending")
            settle()
            await clock.pause(2)
        }
        return !Task.isCancelled
    }

    private func waitForImage(_ key: ObjectKey, _ uid: String, _ container: JSONValue, _ status: inout ContainerStatus)
        async -> Bool
    {
        let image = status.image
        let isNever = container["imagePullPolicy"] == "Never"
        let isName = !image.contains(" ") && !image.contains(where: \.isUppercase)
        var tries = 0
        while !isName || !(configuration.images?.contains(image) ?? true) {
            guard !Task.isCancelled, let pod = store[key] else { return false }
            var reason = "ErrImagePull"
            var message = "rpc error: code = Unknown desc = Error response from daemon: pull access denied for \(image)"
            if !isName {
                reason = "InvalidImageName"
                message =
                    "Failed to apply default image tag \"\(image)\": couldn't parse image reference \"\(image)\": "
                    + "invalid reference format"
            } else if isNever {
                reason = "ErrImageNeverPull"
                message = "Container image \"\(image)\" is not present with pull policy of Never"
            } else if tries > 0 {
                reason = "ImagePullBackOff"
                message = "Back-off pulling image \"\(image)\""
            }
            status.state = ["waiting": ["reason": .string(reason), "message": .string(message)]]
            show(key, uid, status, phase: "Pending")
            let isBackOff = reason == "ImagePullBackOff"
            event(
                pod, isBackOff ? "Normal" : "Warning",
                isBackOff ? "BackOff" : reason == "ErrImagePull" ? "Failed" : reason, message, container: status.name)
            settle()
            tries += 1
            await clock.pause(tries == 1 ? 1 : 10)
        }
        guard let pod = store[key] else { return false }
        event(
            pod, "Normal", "Pulled", "Container image \"\(image)\" already present on machine", container: status.name)
        return !Task.isCancelled
    }

    private func runOnce(
        _ key: ObjectKey, _ uid: String, _ container: JSONValue, _ environment: [String: String],
        _ status: inout ContainerStatus
    ) async -> Int32 {
        let began = calendar.now
        status.number = store.newUID()
        guard case .runs(let workload) = Workload.start(command(of: container, environment)) else {
            status.state = [
                "terminated": [
                    "containerID": .string(status.id), "exitCode": 127, "reason": "ContainerCannotRun",
                    "message": .string(
                        "exec: \"\(command(of: container, environment).first ?? "")\": no such file or directory"),
                    "startedAt": began, "finishedAt": calendar.now,
                ]
            ]
            return 127
        }
        let output = PodOutput()
        pods[uid]?.runs.append(output)
        pods[uid]?.isRunning = true
        status.state = ["running": ["startedAt": began]]
        status.isStarted = true
        status.isReady = false
        show(key, uid, status, phase: "Running")
        if let pod = store[key] {
            event(pod, "Normal", "Created", "Created container \(status.name)", container: status.name)
            event(pod, "Normal", "Started", "Started container \(status.name)", container: status.name)
        }
        settle()
        let (clock, calendar) = (self.clock, self.calendar)
        let hasTerminal = container["tty"]?.flag == true
        let hasInput = container["stdin"]?.flag == true
        let input = pods[uid]?.input
        let running = Task {
            await workload.run(
                in: Workload.Surroundings(
                    environment: environment, hasTerminal: hasTerminal,
                    input: { hasInput ? await input?.next() : nil },
                    output: { channel, bytes in await output.write(bytes, at: calendar.precise, channel) },
                    size: { await input?.size ?? (80, 24) }, pause: { await clock.pause($0) },
                    file: { [weak self] path, text in await self?.file(key, path, text) }))
        }
        let wasKilled = Guarded(false)
        let probing = Task {
            await Probing(self, key, uid, container, workload, environment).run()
            guard !Task.isCancelled else { return }
            wasKilled.withLock { $0 = true }
            running.cancel()
        }
        var exit = await withTaskCancellationHandler {
            await running.value
        } onCancel: {
            running.cancel()
        }
        if wasKilled.withLock({ $0 }) { exit = 137 }
        probing.cancel()
        await output.finish(at: calendar.precise)
        pods[uid]?.isRunning = false
        pods[uid]?.readySince = nil
        status.isReady = false
        status.isStarted = false
        status.state = [
            "terminated": [
                "containerID": .string(status.id), "exitCode": .integer(Int(exit)),
                "reason": exit == 0 ? "Completed" : "Error", "startedAt": began, "finishedAt": calendar.now,
            ]
        ]
        return exit
    }

    /// Says whether a pod's program is ready.
    func setReady(_ key: ObjectKey, _ uid: String, _ isReady: Bool = true) {
        guard let pod = store[key], pod.uid == uid, pods[uid]?.isRunning == true,
            var status = ContainerStatus(pod.at("status", "containerStatuses")?.items?.first)
        else { return }
        guard status.isReady != isReady else { return }
        status.isReady = isReady
        if !isReady { pods[uid]?.readySince = nil }
        show(key, uid, status, phase: "Running")
        settle()
    }
}
