import APIClient
import AdapterKit

extension NomadAdapter: NodeListing {
    func platforms(for app: App) async throws -> Set<Platform> {
        let server = try await connection.server()
        return try await NomadTrouble.translating("look at the nodes") {
            try await NodePlatforms(server: server, placement: settings.jobs.placement).read()
        }
    }
}

/// What the nodes' clients have found out about their machines (`kernel.name` and `cpu.arch`, in Go's words).
struct NodePlatforms: Sendable {
    let server: NomadServer
    let placement: PlacementSettings

    /// The list of nodes does not tell: each has to be asked. Of more than these, nobody is.
    private static let most = 100

    /// Empty when we may not look, and when a node does not tell: it may be the one that fits.
    func read() async throws -> Set<Platform> {
        do {
            let nodes = try await server.send(NomadCalls.nodes).filter(isMeant)
            guard nodes.count <= Self.most else { return [] }
            let attributes = try await throttled(nodes, atOnce: 8) {
                try await server.send(NomadCalls.node($0.ID)).Attributes ?? [:]
            }
            let found = attributes.filter(isMeant).map { attributes -> Platform? in
                guard let os = attributes["kernel.name"], let architecture = attributes["cpu.arch"] else { return nil }
                return Platform(os: os, architecture: architecture)
            }
            return found.contains(nil) ? [] : Set(found.compactMap { $0 })
        } catch let failure as APIFailure where failure.isLackOfRights {
            return []
        }
    }

    private func isMeant(_ node: NodeStub) -> Bool {
        guard node.Drivers?["docker"] != nil else { return false }
        if let pool = node.NodePool, pool != placement.nodePool ?? "default" { return false }
        guard !placement.datacenters.isEmpty, let name = node.Datacenter else { return true }
        return placement.datacenters.contains { pattern in
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
        }
    }

    /// Constraints that ask for one value of an attribute; others are the scheduler's to judge.
    private func isMeant(_ attributes: [String: String]) -> Bool {
        placement.constraints.allSatisfy { rule in
            guard ["=", "==", "is"].contains(rule.operand), rule.attribute.hasPrefix("${attr.") else { return true }
            return attributes[String(rule.attribute.dropFirst(7).dropLast())] == rule.value
        }
    }
}
