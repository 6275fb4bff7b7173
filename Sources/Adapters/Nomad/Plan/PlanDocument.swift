import AdapterKit
import JSONDocument

/// A plan as one document.
struct PlanDocument: Sendable {
    let plan: NomadPlan

    init(_ plan: NomadPlan) { self.plan = plan }

    /// For people to read.
    func document(_ mask: JobMask) -> JSONValue {
        let jobs = [plan.settledJob ?? plan.job] + (plan.cronJobs ?? []).map(\.job)
        let variables = ([plan.variable] + (plan.cronJobs ?? []).map(\.variable)).compactMap { $0 }
        return [
            "Jobs": .array(jobs.map(mask.masked)),
            "Variables": .array(
                variables.map { mask.masked(["Path": .string($0.path), "Items": .strings($0.items)]) }),
        ]
    }

    /// What the plan says, without what is another in each deploy.
    var fingerprint: Fingerprint {
        let jobs = [plan.settledJob ?? plan.job] + (plan.cronJobs ?? []).map(\.job)
        return Fingerprint(jobs.map { Self.lasting($0).compact }.joined(separator: "\n"))
    }

    private static func lasting(_ document: JSONValue) -> JSONValue {
        switch document {
        case .array(let items): return .array(items.map(lasting))
        case .object(var fields):
            fields[Meta.deployment] = nil
            for key in [Meta.release, "linkspan.dev/release"] {
                if let name = ReleaseName(fields[key]?.text) { fields[key] = .string(name.content.description) }
            }
            return .object(fields.mapValues(lasting))
        default: return document
        }
    }
}
