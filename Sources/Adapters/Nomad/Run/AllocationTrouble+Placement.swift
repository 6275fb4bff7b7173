import AdapterKit

extension AllocationTrouble {
    /// Why the scheduler found no node.
    static func unplaced(_ metric: AllocationMetric, _ app: AppName) -> AllocationTrouble {
        let nodes = metric.NodesEvaluated ?? 0
        let filtered = (metric.ConstraintFiltered ?? [:]).sorted { $0.key < $1.key }
        let exhausted = (metric.DimensionExhausted ?? [:]).sorted { $0.key < $1.key }
        let quotas = metric.QuotaExhausted ?? []
        var reasons = filtered.map { constraint, count in sentence(constraint, of(count, nodes)) }
        reasons += exhausted.map { dimension, count in "\(of(count, nodes)) \(shortage(dimension))" }
        reasons += quotas.map { "the quota is used up: \($0)" }
        if reasons.isEmpty { reasons = [absence(metric)] }
        return AllocationTrouble(
            cause: .unplaced, text: "no node takes it: " + reasons.joined(separator: ", "),
            // What a node has is free again some time; what it is does not change.
            isPassing: quotas.isEmpty
                && (filtered.isEmpty || !exhausted.isEmpty || (metric.NodesFiltered ?? 0) < nodes),
            hint: hint(filtered.map(\.key), exhausted.map(\.key), nodes, app))
    }

    private static let noDriver = "missing drivers"

    private static func of(_ count: Int, _ nodes: Int) -> String {
        nodes > 0 ? "\(count) of \(nodes) \(nodes == 1 ? "node" : "nodes")" : "\(count) nodes"
    }

    private static func sentence(_ constraint: String, _ nodes: String) -> String {
        switch constraint {
        case noDriver: "\(nodes) without the docker driver"
        // Nomad says so of nodes like one that it has ruled out before.
        case "computed class ineligible": "\(nodes) ruled out by a constraint"
        default: "\(nodes) ruled out by '\(constraint)'"
        }
    }

    private static func shortage(_ dimension: String) -> String {
        ["cpu", "memory", "disk", "cores"].contains(dimension)
            ? "without enough \(dimension)" : "without what it needs (\(dimension))"
    }

    private static func absence(_ metric: AllocationMetric) -> String {
        let empty = (metric.NodesAvailable ?? [:]).filter { $0.value == 0 }.keys.sorted()
        guard !empty.isEmpty else { return "none is ready in the job's datacenters and its node pool" }
        return "none is ready in " + empty.joined(separator: ", ")
    }

    private static func hint(_ constraints: [String], _ dimensions: [String], _ nodes: Int, _ app: AppName) -> String {
        if constraints.contains(noDriver) {
            return "see that Docker runs on the nodes, and the driver is allowed: doctor"
        }
        if !dimensions.isEmpty { return "give it less with resource:reserve, or the cluster more nodes" }
        if !constraints.isEmpty { return "see what the job asks of a node: plan \(app)" }
        return "see that nodes are ready, and in which datacenters: doctor"
    }
}
