/// How traffic finds an app.
public struct Routes: Codable, Sendable, Equatable {
    /// The app's domains; empty when it has none.
    public var domains: [String]
    /// Which host port leads to which port of a container. Empty when the user set none: the image then decides.
    public var ports: [PortMap]

    /// Makes a set of routes.
    public init(domains: [String] = [], ports: [PortMap] = []) {
        self.domains = domains
        self.ports = ports
    }

    /// The first domain that a request can be made for: no pattern, and not this machine's own name.
    package var firstHost: String? { domains.first { !$0.hasPrefix("*") && $0 != "localhost" } }
}

/// `scheme:host-port:container-port` (contract 3.5).
public struct PortMap: Codable, Sendable, Equatable, CustomStringConvertible {
    /// `http`, `https`, `grpc`, `grpcs`, `tcp`, `udp` …
    public let scheme: String
    /// The port outside.
    public let hostPort: Int
    /// The port inside.
    public let containerPort: Int

    /// Makes a map; `nil` for a port outside of 1 to 65535 or an empty scheme.
    public init?(scheme: String, hostPort: Int, containerPort: Int) {
        guard (1...65_535).contains(hostPort), (1...65_535).contains(containerPort), !scheme.isEmpty,
            scheme.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) })
        else { return nil }
        self.scheme = scheme
        self.hostPort = hostPort
        self.containerPort = containerPort
    }

    /// Takes `http:80:5000` apart, and `80:5000` as http; anything else is `nil`.
    public init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 { parts.insert("http", at: 0) }
        guard parts.count == 3, let host = Int(parts[1]), let container = Int(parts[2]) else { return nil }
        self.init(scheme: parts[0], hostPort: host, containerPort: container)
    }

    /// `scheme:host-port:container-port`
    public var description: String { "\(scheme):\(hostPort):\(containerPort)" }
}
