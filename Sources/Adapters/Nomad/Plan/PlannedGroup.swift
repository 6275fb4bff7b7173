import AdapterKit
import JSONDocument

/// One process type of a plan, as far as a rollout has to know it.
struct PlannedGroup: Sendable, Equatable {
    let process: ProcessType
    /// What its group and its one task are called in the job.
    let name: String
    /// How many allocations there are to be.
    let count: Int
    var release: ReleaseName
    /// How many of the new release are verified before the old ones go; 0 when the old ones go first.
    let canaries: Int
    /// Checks that Nomad does not run.
    let ownChecks: [Healthcheck]
    /// The service checks in words, by their names.
    let checkNames: [String: String]
    /// Where the process takes traffic; `nil` when it takes none.
    let port: Int?
    /// The port whose label is ``Ports/primaryLabel``: that for traffic, else the first that a check asks.
    let primaryPort: Int
    /// The host that own checks name in their requests.
    let checkHost: String?
    /// Seconds that an allocation must be well before it counts.
    let minHealthySeconds: Int
    /// Seconds after an allocation's start in which its service checks must have succeeded; `nil` without any.
    let checkBudget: Int?
    /// Whether allocations of another release run now and are replaced.
    var isReplaced: Bool

    /// The port that a check without one is meant for.
    var checkedPort: Int { port ?? Ports.fallback }

    /// The label of a port of the container.
    func label(of number: Int?) -> String { Ports.label(number ?? checkedPort, primary: primaryPort) }
}
