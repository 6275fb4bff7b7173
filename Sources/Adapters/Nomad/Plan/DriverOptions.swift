import AdapterKit
import JSONDocument

/// The user's options for the container engine, as far as Nomad's docker driver has them too.
struct DriverOptions: Sendable, Equatable {
    /// Fields of the driver's `Config`.
    private(set) var config: [String: JSONValue] = [:]
    private(set) var labels: [String: String] = [:]
    private(set) var volumes: [String] = []
    /// Takes the place of the image's entry point.
    private(set) var entrypoint: String?
    private(set) var user: String?
    /// What the driver has not, as sentences for the person.
    private(set) var unmapped: [String] = []
    private var maps: [String: [String: JSONValue]] = [:]

    private static let flags = [
        "--privileged": "privileged", "--read-only": "readonly_rootfs", "--init": "init",
    ]
    private static let lists = [
        "--cap-add": "cap_add", "--cap-drop": "cap_drop", "--add-host": "extra_hosts", "--dns": "dns_servers",
        "--dns-search": "dns_search_domains", "--dns-option": "dns_options", "--security-opt": "security_opt",
        "--group-add": "group_add",
    ]
    private static let texts = [
        "--hostname": "hostname", "-h": "hostname", "--ipc": "ipc_mode", "--pid": "pid_mode", "--uts": "uts_mode",
        "--userns": "userns_mode", "--runtime": "runtime", "--workdir": "work_dir", "-w": "work_dir",
        "--mac-address": "mac_address", "--cgroupns": "cgroupns",
    ]

    /// Takes options as single words, `--name=value` or `--name value`.
    init(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let joined = parts.count == 2 ? parts[1] : nil
            if let field = Self.flags[parts[0]] {
                config[field] = .bool(joined != "false")
                continue
            }
            guard let value = joined ?? (rest.first?.hasPrefix("-") == false ? rest.popFirst() : nil),
                take(parts[0], value)
            else {
                unmapped.append("docker option \(parts[0]) has no counterpart in Nomad and is left out")
                continue
            }
        }
        for (field, entries) in maps { config[field] = [.object(entries)] }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        if let field = Self.lists[name] {
            config[field] = .array((config[field]?.items ?? []) + [.literal(value)])
            return true
        }
        if let field = Self.texts[name] {
            config[field] = .literal(value)
            return true
        }
        let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
        switch name {
        case "--shm-size":
            guard let megabytes = NomadResources.megabytes(value.last?.isNumber == true ? value + "b" : value) else {
                return false
            }
            config["shm_size"] = .integer(megabytes * 1_048_576)
        case "--pids-limit":
            guard let number = Int(value) else { return false }
            config["pids_limit"] = .integer(number)
        case "--sysctl" where pair.count == 2: maps["sysctl", default: [:]][pair[0]] = .literal(pair[1])
        case "--ulimit" where pair.count == 2: maps["ulimit", default: [:]][pair[0]] = .literal(pair[1])
        case "--label" where pair.count == 2, "-l" where pair.count == 2: labels[pair[0]] = pair[1]
        case "--device": config["devices"] = .array((config["devices"]?.items ?? []) + [Self.device(value)])
        case "--volume", "-v": volumes.append(value)
        case "--entrypoint": entrypoint = value
        case "--user", "-u": user = value
        // The servers decide when a task is started again, and the nodes keep its log.
        case "--restart", "--log-driver", "--log-opt": break
        default: return false
        }
        return true
    }

    /// `HOST[:CONTAINER[:PERMISSIONS]]`
    private static func device(_ text: String) -> JSONValue {
        let parts = text.split(separator: ":").map(String.init)
        var device: [String: JSONValue] = ["host_path": .literal(parts.first ?? text)]
        if parts.count > 1 { device["container_path"] = .literal(parts[1]) }
        if parts.count > 2 { device["cgroup_permissions"] = .literal(parts[2]) }
        return .object(device)
    }
}
