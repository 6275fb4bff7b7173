import AdapterKit

/// The user's options for the container engine, as far as a pod has them too.
struct PodOptions: Sendable, Equatable {
    private(set) var addedCapabilities: [String] = []
    private(set) var droppedCapabilities: [String] = []
    private(set) var isPrivileged = false
    private(set) var sysctls: [String: String] = [:]
    private(set) var user: Int?
    private(set) var sharedMemory: String?
    /// Names by address.
    private(set) var hosts: [String: [String]] = [:]
    private(set) var labels: [String: String] = [:]
    /// What a pod has not, as sentences for the person.
    private(set) var unmapped: [String] = []

    /// Whether nothing asks for more than any container has.
    var isPlain: Bool { addedCapabilities.isEmpty && !isPrivileged && sysctls.isEmpty }

    /// Takes options as single words, `--name=value` or `--name value`.
    init(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let joined = parts.count == 2 ? parts[1] : nil
            if parts[0] == "--privileged" {
                isPrivileged = joined != "false"
                continue
            }
            guard let value = joined ?? (rest.first?.hasPrefix("-") == false ? rest.popFirst() : nil),
                take(parts[0], value)
            else {
                unmapped.append("docker option \(parts[0]) has no counterpart in Kubernetes and is left out")
                continue
            }
        }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
        let host = value.split(separator: ":", maxSplits: 1).map(String.init)
        switch name {
        case "--cap-add": addedCapabilities.append(value)
        case "--cap-drop": droppedCapabilities.append(value)
        case "--shm-size": sharedMemory = Quantity.memory(value)
        case "--sysctl" where pair.count == 2: sysctls[pair[0]] = pair[1]
        case "--label" where pair.count == 2, "-l" where pair.count == 2: labels[pair[0]] = pair[1]
        case "--user", "-u":
            guard let number = Int(value.split(separator: ":").first ?? "") else { return false }
            user = number
        case "--add-host" where host.count == 2: hosts[host[1], default: []].append(host[0])
        // The backend decides when a pod is started again, and writes its log.
        case "--restart", "--init", "--log-driver", "--log-opt": break
        default: return false
        }
        return true
    }
}
