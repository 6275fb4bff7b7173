import JSONDocument

/// What a program is given: its command and its environment.
extension NomadCluster {
    /// The command that a task runs.
    func words(_ task: JSONValue, _ environment: [String: String]) -> [String] {
        func texts(_ value: JSONValue?) -> [String] {
            (value?.items?.compactMap(\.text) ?? value?.text.map { [$0] } ?? []).map { interpolated($0, environment) }
        }
        let config = task["Config"] ?? [:]
        let words = texts(config["entrypoint"]) + texts(config["command"]) + texts(config["args"])
        return words.isEmpty ? ["kit", "serve"] : words
    }

    /// `${NAME}` in the values of a job.
    private func interpolated(_ text: String, _ environment: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let words = rest[start.upperBound..<end].split { "[]\"".contains($0) }
            let name = words.first == "env" && words.count > 1 ? words[1] : words.first ?? ""
            result += rest[..<start.lowerBound] + (environment[String(name)] ?? String(rest[start.lowerBound...end]))
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// What a task finds in its environment.
    func environment(_ id: String, _ task: JSONValue) -> [String: String] {
        guard let allocation = allocations[id] else { return [:] }
        var environment = [
            "NOMAD_ALLOC_ID": id, "NOMAD_ALLOC_INDEX": "\(allocation.number)", "NOMAD_ALLOC_NAME": allocation.name,
            "NOMAD_TASK_NAME": task.string("Name"), "NOMAD_GROUP_NAME": allocation.group,
            "NOMAD_JOB_ID": allocation.key.id, "NOMAD_JOB_NAME": allocation.job.string("Name"), "NOMAD_DC": "dc1",
            "NOMAD_REGION": "global", "NOMAD_NAMESPACE": allocation.key.namespace,
            "NOMAD_CPU_LIMIT": "\(task["Resources"]?.number("CPU") ?? 0)",
            "NOMAD_MEMORY_LIMIT": "\(task["Resources"]?.number("MemoryMB") ?? 0)", "NOMAD_ALLOC_DIR": "/alloc",
            "NOMAD_TASK_DIR": "/local", "NOMAD_SECRETS_DIR": "/secrets",
        ]
        for port in allocation.ports {
            let inside = port.to > 0 ? port.to : port.value
            environment["NOMAD_PORT_\(port.label)"] = "\(inside)"
            environment["NOMAD_HOST_PORT_\(port.label)"] = "\(port.value)"
            environment["NOMAD_ADDR_\(port.label)"] = "\(address):\(port.value)"
            environment["NOMAD_HOST_ADDR_\(port.label)"] = "\(address):\(port.value)"
            environment["NOMAD_IP_\(port.label)"] = address
        }
        for meta in [allocation.job.meta, allocation.groupSpec.meta, task.meta] {
            for (key, value) in meta {
                let name = String(key.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
                environment["NOMAD_META_\(name)"] = value
                environment["NOMAD_META_\(name.uppercased())"] = value
            }
        }
        let given = (task["Env"]?.fields ?? [:]).compactMapValues(\.text)
        let known = environment
        environment.merge(given.mapValues { interpolated($0, known) }) { $1 }
        environment.merge((try? templated(task, of: allocation, known)) ?? [:]) { $1 }
        return environment
    }
}
