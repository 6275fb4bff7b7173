import AdapterKit
import DockerEngine
import JSONDocument

/// How a container differs from the one that a deploy would make: what somebody has changed by hand, or made anew.
struct ContainerDrift: Sendable {
    let planned: PlannedContainer
    let app: AppName
    /// The id of the release's image; empty when unknown.
    let image: String

    /// Of what the engine lets people change while a container is there (`docker update`), all; each counts as zero
    /// where it is not set.
    private static let adjustable = [
        "Memory", "MemoryReservation", "NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota", "CpusetCpus", "CpusetMems",
        "BlkioWeight", "PidsLimit", "RestartPolicy",
    ]
    /// Of the rest, what the deploy says.
    private static let fixed = ["Binds", "Mounts", "Tmpfs", "NetworkMode", "Init", "Privileged", "CapAdd", "CapDrop"]

    /// - Parameter live: the container as the engine describes it.
    /// - Returns: lines with `-` for what is there and `+` for what should be; no value of the config is in them.
    func lines(_ live: JSONValue) throws -> [String] {
        var lines: [String] = []
        func differ(_ what: String, _ was: String, _ wanted: String) {
            if !was.isEmpty { lines.append("- \(what): \(was)") }
            if !wanted.isEmpty { lines.append("+ \(what): \(wanted)") }
        }
        let name = live["Name"]?.text.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 } ?? ""
        let wantedName = ContainerName.live(app, planned.instance)
        if name != wantedName { differ("name", name, wantedName) }
        if !image.isEmpty, let id = live["Image"]?.text, id != image { differ("image", id, image) }

        let config = live["Config"] ?? .null
        let environment = Set((config["Env"]?.items ?? []).compactMap(\.text))
        for pair in planned.spec.Env where !environment.contains(pair) {
            let name = String(pair.prefix { $0 != "=" })
            let isThere = environment.contains { $0.hasPrefix(name + "=") }
            differ("Config.Env.\(name)", isThere ? "another value" : "", "the release's value")
        }
        let labels = config["Labels"]?.fields ?? [:]
        for (label, value) in planned.spec.Labels.sorted(by: { $0.key < $1.key })
        where label != Label.deployment && labels[label]?.text != value {
            differ("Config.Labels.\(label)", labels[label]?.text ?? "", value)
        }
        let spec = try JSONValue(encoding: planned.spec)
        for key in ["Cmd", "Entrypoint", "User", "WorkingDir"] {
            guard let wanted = spec[key], !wanted.isNothing, config[key] != wanted else { continue }
            // A start command may have config filled in.
            differ("Config.\(key)", "another", "the release's")
        }
        let host = live["HostConfig"] ?? .null
        for key in Self.adjustable + Self.fixed {
            let (was, wanted) = (host[key] ?? .null, spec["HostConfig"]?[key] ?? .null)
            guard was != wanted, !(was.isNothing && wanted.isNothing) else { continue }
            guard Self.adjustable.contains(key) || !wanted.isNothing else { continue }
            differ("HostConfig.\(key)", was.isNothing ? "" : was.compact, wanted.isNothing ? "" : wanted.compact)
        }
        return lines
    }
}

extension JSONValue {
    /// Whether the engine means by it that nothing is set.
    fileprivate var isNothing: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .integer(let number): number == 0
        case .number(let number): number == 0
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let fields): fields.values.allSatisfy(\.isNothing)
        }
    }
}
