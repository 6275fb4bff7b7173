import JSONDocument
import Loopback
import Traffic

/// Programs that serve: the ports of their allocation lead to them.
extension NomadCluster {
    /// Has a program that listens on its `PORT` be reached.
    /// - Returns: what ``silence(_:_:)`` ends.
    func serve(_ id: String, _ task: JSONValue, _ environment: [String: String]) async -> [NomadPage] {
        guard let allocation = allocations[id] else { return [] }
        let inside = environment["PORT"].flatMap { Int($0) } ?? 5_000
        let config = task["Config"] ?? [:]
        let mapped = (config["ports"]?.items ?? []).compactMap(\.text)
        // In the host's network a program has the ports themselves.
        let isOpen = config.string("network_mode") == "host" || allocation.hasOwnNetwork
        var pages: [NomadPage] = []
        for port in allocation.ports where (port.to > 0 ? port.to : port.value) == inside {
            guard isOpen || mapped.contains(port.label) else { continue }
            var server: LoopbackServer?
            if setup.subnet != nil {
                server = try? await LoopbackServer.start(
                    at: .tcp(host: address, port: port.value), answering: WorkloadPages())
            }
            listening.insert("\(id)/\(port.label)")
            pages.append(NomadPage(label: port.label, server: server))
        }
        return pages
    }

    func silence(_ id: String, _ pages: [NomadPage]) {
        for page in pages {
            listening.remove("\(id)/\(page.label)")
            if let server = page.server { Task { await server.stop() } }
        }
    }
}

/// A port on which a program is reached.
struct NomadPage: Sendable {
    var label: String
    /// `nil` where nothing listens for real.
    var server: LoopbackServer?
}

extension Allocation {
    /// Whether its group has a network of its own, into which Nomad maps ports by itself.
    var hasOwnNetwork: Bool { (groupSpec["Networks"]?.items ?? []).contains { $0.string("Mode") == "bridge" } }
}
