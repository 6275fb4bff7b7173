/// What a machine or an image is made for, in Go's words, which are those of image indexes (OCI image index, "platform").
public struct Platform: Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `linux`
    public var os: String
    /// `amd64`
    public var architecture: String

    /// Makes a platform; nothing is checked.
    public init(os: String, architecture: String) {
        self.os = os
        self.architecture = architecture
    }

    /// `linux/amd64`
    public var description: String { "\(os)/\(architecture)" }

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
