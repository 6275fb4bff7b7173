import JSONDocument

/// A job as the server has it: the whole document, fields that nobody here knows included, and what is read of it.
struct LiveJob: Sendable, Equatable, Decodable {
    let document: JSONValue

    init(_ document: JSONValue) { self.document = document }

    init(from decoder: any Decoder) throws { document = try JSONValue(from: decoder) }

    var id: String { document["ID"]?.text ?? "" }
    var namespace: String { document["Namespace"]?.text ?? "default" }
    /// `service`, `batch` or `system`.
    var type: String { document["Type"]?.text ?? "service" }
    /// `pending`, `running` or `dead`.
    var status: String { document["Status"]?.text ?? "" }
    /// Whether it was told to stop but is not forgotten yet.
    var isStopped: Bool { document["Stop"]?.flag ?? false }
    /// Whether a deployment of this version has succeeded.
    var isStable: Bool { document["Stable"]?.flag ?? false }
    var version: Int { document["Version"]?.whole ?? 0 }
    /// Changes with each registration: what `EnforceIndex` compares, and what deployments name as their
    /// `JobSpecModifyIndex`.
    var jobModifyIndex: Int { document["JobModifyIndex"]?.whole ?? 0 }
    var meta: [String: String] { (document["Meta"]?.fields ?? [:]).compactMapValues(\.text) }
    /// Its groups' documents.
    var groups: [JSONValue] { document["TaskGroups"]?.items ?? [] }
    /// Nanoseconds since 1970.
    var submitTime: Int { document["SubmitTime"]?.whole ?? 0 }
    var parentID: String { document["ParentID"]?.text ?? "" }

    /// The document of the group called `name`.
    func group(_ name: String) -> JSONValue? { groups.first { $0["Name"]?.text == name } }

    /// How many allocations each group is to have, by the group's name.
    var counts: [String: Int] {
        Dictionary(groups.compactMap { group in group["Name"]?.text.map { ($0, group["Count"]?.whole ?? 1) } }) { $1 }
    }
}

/// An entry of the list of jobs.
struct JobStub: Sendable, Equatable, Decodable {
    var ID: String
    var ParentID: String?
    var Name: String?
    var Namespace: String?
    var `Type`: String?
    var Status: String?
    var StatusDescription: String?
    var Stop: Bool?
    var Periodic: Bool?
    var ParameterizedJob: Bool?
    var JobModifyIndex: Int?
    /// Nanoseconds since 1970.
    var SubmitTime: Int?
}

/// What a request that changes a job left.
struct JobChange: Sendable, Equatable, Decodable {
    /// Empty where there is nothing to evaluate, as with periodic jobs.
    var EvalID: String?
    var EvalCreateIndex: Int?
    var JobModifyIndex: Int?
    /// What the server did not like, but took.
    var Warnings: String?
}

/// What registering a job would do.
struct JobPlan: Sendable, Equatable, Decodable {
    /// The server's comparison of the live job with the new one; `nil` unless it was asked for.
    var Diff: JSONValue?
    var Annotations: JSONValue?
    /// Why allocations would not be placed, by group.
    var FailedTGAllocs: [String: AllocationMetric]?
    /// Of the live job; 0 where there is none.
    var JobModifyIndex: Int
    var Warnings: String?
}
