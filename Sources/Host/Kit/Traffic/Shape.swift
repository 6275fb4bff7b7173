import JSONDocument

/// What a document is made of, its values left out: what a client depends on.
package indirect enum Shape: Sendable, Equatable {
    /// `null`, or nothing known: fits everything.
    case unknown
    case bool
    case number
    case string
    /// The shape of all items together.
    case array(Shape)
    /// Fields by name. A map (labels, ports, networks by name) has the one field `*`.
    case object([String: Shape])

    /// The shape of `document`. Fields that are maps rather than records become maps.
    package init(_ document: JSONValue, maps: Set<String> = Shape.commonMaps) {
        self.init(document, isMap: false, maps)
    }

    private init(_ document: JSONValue, isMap: Bool, _ maps: Set<String>) {
        switch document {
        case .null: self = .unknown
        case .bool: self = .bool
        case .integer, .number: self = .number
        case .string: self = .string
        case .array(let items):
            self = .array(items.reduce(.unknown) { $0.joined(Shape($1, isMap: false, maps)) })
        case .object(let fields) where isMap:
            let shapes = fields.sorted { $0.key < $1.key }.map { Shape($0.value, isMap: false, maps) }
            // A map of all kinds of things says nothing about the next one.
            let kinds = Set(shapes.filter { $0 != .unknown }.map(\.name))
            self = .object(kinds.count > 1 ? [:] : ["*": shapes.reduce(.unknown) { $0.joined($1) }])
        case .object(let fields):
            self = .object(
                Dictionary(
                    uniqueKeysWithValues: fields.map { ($0, Shape($1, isMap: maps.contains($0), maps)) }))
        }
    }

    /// Fields whose keys are data in the APIs that we know.
    package static let commonMaps: Set<String> = [
        "Labels", "labels", "annotations", "Networks", "Ports", "ExposedPorts", "Volumes", "Attributes", "Env", "data",
        "matchLabels", "TaskStates", "TaskGroups", "Meta", "Options", "Sysctls", "PortBindings", "f:labels",
        "stringData",
        "Summary", "Tasks", "TaskResources", "DesiredTGUpdates", "DriverAttributes", "managedFields", "fieldsV1",
        "binaryData", "nodeSelector", "NodesAvailable", "ClassFiltered", "ConstraintFiltered", "FailedTGAllocs",
        "Drivers", "HostVolumes", "CgroupParent", "LogConfig", "Storage", "annotations", "Config", "EndpointsConfig",
        "ClassEligibility", "DimensionExhausted", "ResourcesExhausted", "QueuedAllocations", "Scores",
    ]

    /// What fits both.
    package func joined(_ other: Shape) -> Shape {
        switch (self, other) {
        case (.unknown, let shape), (let shape, .unknown): shape
        case (.array(let left), .array(let right)): .array(left.joined(right))
        case (.object(let left), .object(let right)): .object(left.merging(right) { $0.joined($1) })
        default: self
        }
    }
}

/// Where two shapes part.
package struct ShapeDifference: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, Comparable, CaseIterable {
        /// A client that reads the field may stumble.
        case breaking
        /// There is more than before.
        case additive
        /// Nothing that a client reads.
        case cosmetic

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package var kind: Kind
    /// `State.Health.Log[].ExitCode`
    package var place: String
    package var sentence: String

    package init(_ kind: Kind, _ place: String, _ sentence: String) {
        self.kind = kind
        self.place = place
        self.sentence = sentence
    }

    package var description: String { "\(kind.rawValue): \(place.isEmpty ? "the document" : place) \(sentence)" }
}

extension Shape {
    private var name: String {
        switch self {
        case .unknown: "nothing"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// How `now` differs from this shape.
    /// - Parameter isUsed: whether a client reads the field at a place; what it does not read cannot break it.
    package func differences(
        to now: Shape, at place: String = "", isUsed: (String) -> Bool = { _ in true }
    ) -> [ShapeDifference] {
        switch (self, now) {
        case (.unknown, _), (_, .unknown): return []
        case (.array(let old), .array(let new)):
            return old.differences(to: new, at: place + "[]", isUsed: isUsed)
        case (.object(let old), .object(let new)):
            func inside(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
            return old.sorted { $0.key < $1.key }.flatMap { key, shape -> [ShapeDifference] in
                guard let other = new[key] else {
                    if key == "*" || shape == .unknown { return [] }
                    return [.init(isUsed(inside(key)) ? .breaking : .cosmetic, inside(key), "is gone")]
                }
                return shape.differences(to: other, at: inside(key), isUsed: isUsed)
            }
                + new.keys.filter { old[$0] == nil && $0 != "*" }.sorted().map {
                    .init(.additive, inside($0), "is new")
                }
        default:
            guard name != now.name else { return [] }
            return [
                .init(isUsed(place) ? .breaking : .cosmetic, place, "was \(name) and is \(now.name)")
            ]
        }
    }
}
