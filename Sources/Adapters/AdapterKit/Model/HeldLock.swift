/// A lock as its backend keeps it, by which hosts that share the backend see that an app is being deployed.
public struct HeldLock: Codable, Sendable, Equatable {
    /// Unlike any other's: tells one hold of the lock from the next.
    public var id: String
    /// Names the folder of state whose app it is. Within one, hosts' own locks have kept processes apart already.
    public var home: String
    /// Who has it, for people: `web1 (process 4711)`.
    public var holder: String
    /// What is being done, as in `deploy shop`.
    public var action: String
    /// The build that it is for (`DOKKU_BUILD_ID`); empty for none.
    public var build: String
    /// When it was taken, in seconds since 1970 by the holder's clock.
    public var since: Int
    /// When it was renewed last.
    public var renewed: Int
    /// How many seconds it holds without being renewed.
    public var duration: Int

    /// Makes a lock that was taken just now.
    public init(
        id: String, home: String, holder: String, action: String, build: String = "", since: Int, duration: Int
    ) {
        self.id = id
        self.home = home
        self.holder = holder
        self.action = action
        self.build = build
        self.since = since
        renewed = since
        self.duration = duration
    }

    /// Decodes a lock; `home`, `action`, `build` and `renewed` may be left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String { try fields.decodeIfPresent(String.self, forKey: key) ?? "" }
        self.init(
            id: try fields.decode(String.self, forKey: .id), home: try text(.home),
            holder: try fields.decode(String.self, forKey: .holder), action: try text(.action),
            build: try text(.build), since: try fields.decode(Int.self, forKey: .since),
            duration: try fields.decode(Int.self, forKey: .duration))
        renewed = try fields.decodeIfPresent(Int.self, forKey: .renewed) ?? since
    }

    /// Whether `other` is this very hold, and nobody has renewed it since: what may be taken over, if anything may.
    public func isUnchanged(_ other: HeldLock) -> Bool { id == other.id && renewed == other.renewed }
}
