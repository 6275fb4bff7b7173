/// Where the release's image is.
public struct ReleaseImage: Codable, Sendable, Equatable {
    /// In the local engine.
    public var local: ImageReference
    /// In a registry, pinned by digest; `nil` when it was not pushed.
    public var pushed: ImageReference?
    /// The user that the buildpack images of this host run as; tells them from other images.
    public var buildpackUser: String
    /// What is known of the image; `nil` when nobody could be asked.
    public var facts: ImageFacts?

    /// Makes an image.
    public init(
        local: ImageReference, pushed: ImageReference? = nil, buildpackUser: String = "herokuishuser",
        facts: ImageFacts? = nil
    ) {
        self.local = local
        self.pushed = pushed
        self.buildpackUser = buildpackUser
        self.facts = facts
    }
}

/// What a plan needs to know of an image.
public struct ImageFacts: Codable, Sendable, Equatable {
    /// Who built it, which decides how its processes are started (contract 3.1).
    public enum Kind: String, Sendable, Codable {
        /// Nobody that Dokku knows: the image's own entry point counts.
        case dockerfile
        /// herokuish, which starts a process type with `/start TYPE`.
        case herokuish
        /// Cloud Native Buildpacks.
        case pack

        /// Takes the kind from labels and environment. A container has its image's labels and environment too.
        public init(labels: [String: String]?, environment: [String]?, buildpackUser: String) {
            if labels?["io.buildpacks.stack.id"]?.isEmpty == false {
                self = .pack
            } else {
                self = environment?.contains("USER=" + buildpackUser) == true ? .herokuish : .dockerfile
            }
        }
    }

    /// Who built it.
    public var kind: Kind
    /// As Go names it: `amd64`.
    public var architecture: String
    /// The TCP ports that the image says it listens on, ascending.
    public var exposedPorts: [Int]
    /// Whether it brings its own init process.
    public var bringsInit: Bool
    /// The user that its processes run as, as the image says it: a name, a number or empty for root.
    public var user: String
    /// The digest of its configuration: the same for the same content, wherever it was built; empty when unknown.
    public var id: String
    /// The words that the image puts in front of any command; `nil` when unknown.
    public var entrypoint: [String]?
    /// How far a Dokku has got with it, `release` in the end; `nil` when no Dokku has built it.
    public var stage: String?

    /// Makes a set of facts.
    public init(
        kind: Kind = .dockerfile, architecture: String = "amd64", exposedPorts: [Int] = [],
        bringsInit: Bool = false, user: String = "", id: String = "", entrypoint: [String]? = nil,
        stage: String? = nil
    ) {
        self.stage = stage
        self.kind = kind
        self.architecture = architecture
        self.exposedPorts = exposedPorts
        self.bringsInit = bringsInit
        self.user = user
        self.id = id
        self.entrypoint = entrypoint
    }
}
