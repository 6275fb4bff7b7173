/// The scheduler's look at a job.
struct Evaluation: Sendable, Equatable, Decodable {
    var ID: String
    var JobID: String
    /// `pending`, `complete`, `blocked`, `failed` or `canceled`.
    var Status: String
    var StatusDescription: String?
    var TriggeredBy: String?
    /// `nil` before the scheduler has been there.
    var DeploymentID: String?
    /// The evaluation that waits for room.
    var BlockedEval: String?
    var NextEval: String?
    var PreviousEval: String?
    /// Why allocations were not placed, by group.
    var FailedTGAllocs: [String: AllocationMetric]?
    /// How many are still to be placed, by group.
    var QueuedAllocations: [String: Int]?
    var JobModifyIndex: Int?
    var CreateIndex: Int?
    var ModifyIndex: Int?

    /// Whether the scheduler is done with it.
    var hasEnded: Bool { ["complete", "failed", "canceled", "blocked"].contains(Status) }
}

/// How the scheduler looked for a place.
struct AllocationMetric: Sendable, Equatable, Decodable {
    var NodesEvaluated: Int?
    /// Ruled out by constraints or missing drivers.
    var NodesFiltered: Int?
    /// Ruled out because they have not enough left.
    var NodesExhausted: Int?
    /// By datacenter.
    var NodesAvailable: [String: Int]?
    /// By class.
    var ClassFiltered: [String: Int]?
    /// How many nodes each constraint has ruled out.
    var ConstraintFiltered: [String: Int]?
    var ClassExhausted: [String: Int]?
    /// How many nodes have too little of what: `cpu`, `memory`, `network: reserved port collision`.
    var DimensionExhausted: [String: Int]?
    var QuotaExhausted: [String]?
    /// More groups' allocations of the same kind that were not placed either.
    var CoalescedFailures: Int?
}
