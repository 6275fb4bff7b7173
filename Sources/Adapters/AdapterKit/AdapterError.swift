/// The one error that crosses between adapter and host.
///
/// `message` says what was wanted and what stands in the way, `details` what is known about it, `hint` the command
/// that helps. None of them holds a secret or a type's name.
public struct AdapterError: Error, Codable, Sendable, Equatable {
    /// What kind of trouble it is; the host maps it to an exit status.
    public enum Code: String, Codable, Sendable, CaseIterable {
        /// The scheduler cannot do this at all.
        case unsupported
        /// A setting of the adapter is missing or wrong.
        case invalidSettings
        /// What the app's author wrote cannot be used.
        case invalidInput
        /// The backend does not answer.
        case unreachable
        /// The backend refuses for lack of rights.
        case denied
        /// The thing asked for does not exist.
        case notFound
        /// Somebody else holds or changed it.
        case conflict
        /// The release's image cannot be had.
        case imageUnavailable
        /// The release came up but is not healthy.
        case rolloutFailed
        /// It took longer than allowed.
        case timedOut
        /// The backend said something that makes no sense.
        case unexpectedReply
        /// The machine itself is in the way: a full disk, a missing permission.
        case hostTrouble
    }

    /// What kind of trouble it is.
    public var code: Code
    /// One sentence without a full stop.
    public var message: String
    /// Further sentences, one each.
    public var details: [String]
    /// A command that helps, without the program's name.
    public var hint: String?
    /// The instances that failed, where that is the trouble.
    public var failedInstances: [FailedInstance]
    /// Whether a deploy took back all that it had begun, and the release before serves as it did.
    public var releaseBeforeServes: Bool

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, details: [String] = [], hint: String? = nil,
        failedInstances: [FailedInstance] = [], releaseBeforeServes: Bool = false
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
        self.failedInstances = failedInstances
        self.releaseBeforeServes = releaseBeforeServes
    }

    /// Decodes an error, of which only `code` and `message` are required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try fields.decode(Code.self, forKey: .code), try fields.decode(String.self, forKey: .message),
            details: try fields.decodeIfPresent([String].self, forKey: .details) ?? [],
            hint: try fields.decodeIfPresent(String.self, forKey: .hint),
            failedInstances: try fields.decodeIfPresent([FailedInstance].self, forKey: .failedInstances) ?? [],
            releaseBeforeServes: try fields.decodeIfPresent(Bool.self, forKey: .releaseBeforeServes) ?? false)
    }
}

/// An instance that did not come up, with what it left to tell.
public struct FailedInstance: Codable, Sendable, Equatable {
    /// Such as `web.1`.
    public var name: InstanceName
    /// The backend's id. The instance itself may be gone.
    public var id: String
    /// Why it failed, a sentence without a full stop.
    public var reason: String
    /// The last lines it wrote, oldest first, standard output and error mixed as they came.
    public var lastLines: [String]

    /// Makes a record of a failure.
    public init(name: InstanceName, id: String, reason: String, lastLines: [String]) {
        self.name = name
        self.id = id
        self.reason = reason
        self.lastLines = lastLines
    }

    /// Decodes a record, of which only `name` and `reason` are required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try fields.decode(InstanceName.self, forKey: .name),
            id: try fields.decodeIfPresent(String.self, forKey: .id) ?? "",
            reason: try fields.decode(String.self, forKey: .reason),
            lastLines: try fields.decodeIfPresent([String].self, forKey: .lastLines) ?? [])
    }
}
