import AdapterKit

/// Under a Dokku its plugins say in docker's own words what a container is to be like: options, mounts, resources,
/// networks and the restart policy at once (contract 3.6).
extension AppReader {
    func addEngineOptions(to deployment: inout Deployment) async throws {
        let kind = deployment.image.facts?.kind ?? .dockerfile
        let wanted = deployment.affectedProcesses.flatMap { process in
            (0..<process.quantity).map { InstanceName(process.type, $0 + 1) }
        }
        guard let told = try await engineOptions(for: wanted, kind) else { return }
        deployment.mounts = []
        deployment.dockerOptions = []
        leaveNetworks(of: &deployment.networks)
        for position in deployment.processes.indices {
            let type = deployment.processes[position].type
            deployment.processes[position].resources = Resources()
            deployment.processes[position].dockerOptions = []
            deployment.processes[position].instanceOptions = Dictionary(
                uniqueKeysWithValues: told.filter { $0.key.process == type }.map { ($0.key.index, $0.value) })
        }
        let policies = wanted.compactMap { told[$0] }.flatMap { RestartPolicy.named(in: $0) }
        if let policy = policies.first { deployment.restartPolicy = policy }
    }

    func addEngineOptions(to task: inout OneOffTask) async throws {
        let kind = task.image.facts?.kind ?? .dockerfile
        guard let words = try await inputs.engineOptions(for: nil, kind) else { return }
        task.mounts = []
        leaveNetworks(of: &task.networks)
        task.resources = Resources()
        task.dockerOptions = words
    }

    /// What the plugins join by themselves is not ours to join.
    private func leaveNetworks(of networks: inout Networks) {
        networks.initial = nil
        if plugn?.isAnswered("post-container-create") == true { networks.attachPostCreate = [] }
        if plugn?.plugins(with: "core-post-deploy").contains("network") == true { networks.attachPostDeploy = [] }
    }

    private func engineOptions(for instances: [InstanceName], _ kind: ImageFacts.Kind) async throws
        -> [InstanceName: [String]]?
    {
        guard layout.isDokku else { return nil }
        var told: [InstanceName: [String]] = [:]
        // Each is a handful of processes: a few at a time.
        for start in stride(from: 0, to: instances.count, by: 4) {
            try await withThrowingTaskGroup(of: (InstanceName, [String]).self) { tasks in
                for instance in instances[start..<min(start + 4, instances.count)] {
                    tasks.addTask { (instance, try await inputs.engineOptions(for: instance, kind) ?? []) }
                }
                for try await (instance, words) in tasks { told[instance] = words }
            }
        }
        return told
    }
}

extension RestartPolicy {
    /// The last `--restart` among docker's words.
    fileprivate static func named(in words: [String]) -> [RestartPolicy] {
        var found: [RestartPolicy] = []
        for (index, word) in words.enumerated() {
            if word.hasPrefix("--restart=") {
                found += [RestartPolicy(String(word.dropFirst(10)))].compactMap { $0 }
            } else if word == "--restart", index + 1 < words.count {
                found += [RestartPolicy(words[index + 1])].compactMap { $0 }
            }
        }
        return found.suffix(1).map { $0 }
    }
}
