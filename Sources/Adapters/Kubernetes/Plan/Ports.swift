import AdapterKit

/// Where an app takes traffic (contract 3.5).
struct Ports: Sendable, Equatable {
    /// What leads to the process, at least one.
    let maps: [PortMap]
    /// The port that the process is told to listen on.
    let primary: Int

    /// - Parameter image: `nil` when nothing is known of it.
    init(_ routes: Routes, image: ImageFacts?) {
        let port =
            routes.ports.first { $0.scheme != "udp" }?.containerPort ?? image?.exposedPorts.first ?? 5_000
        primary = port
        let fallback = [PortMap(scheme: "http", hostPort: 80, containerPort: port)].compactMap { $0 }
        maps = routes.ports.isEmpty ? fallback : routes.ports
    }

    /// What leads to a process that is exposed without being `web`.
    init(exposing port: Int) {
        primary = port
        maps = [PortMap(scheme: "http", hostPort: 80, containerPort: port)].compactMap { $0 }
    }

    /// Every port of the container, with its protocol.
    var containerPorts: [(number: Int, transport: String)] {
        var seen: Set<String> = []
        return maps.map { ($0.containerPort, $0.scheme == "udp" ? "UDP" : "TCP") }
            .filter { seen.insert("\($0.0)/\($0.1)").inserted }
    }

    static func == (left: Self, right: Self) -> Bool { left.maps == right.maps && left.primary == right.primary }
}
