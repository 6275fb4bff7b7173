/// The part of an object that says which it is (API conventions, "Metadata"). Of an answer, only what is read here.
struct Metadata: Sendable, Decodable, Equatable {
    var name: String
    var namespace: String?
    var uid: String?
    var resourceVersion: String?
    var generation: Int?
    var labels: [String: String]?
    var annotations: [String: String]?
    /// RFC 3339.
    var creationTimestamp: String?
    /// RFC 3339; set once the object is on its way out.
    var deletionTimestamp: String?
    var ownerReferences: [OwnerReference]?

    struct OwnerReference: Sendable, Decodable, Equatable {
        var kind: String
        var name: String
        var uid: String
    }
}

/// Any object, of which only its metadata is read.
struct ObjectHead: Sendable, Decodable, Equatable {
    var metadata: Metadata
}

/// An answer that lists objects.
struct ObjectList<Item: Decodable & Sendable>: Sendable, Decodable {
    struct Head: Sendable, Decodable {
        var resourceVersion: String?
        /// Where the next page begins, if there is one.
        var `continue`: String?
    }

    var metadata: Head
    var items: [Item]
}
