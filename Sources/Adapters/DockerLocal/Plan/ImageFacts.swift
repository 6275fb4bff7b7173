import AdapterKit
import DockerEngine

/// What a plan needs to know of the release's image.
struct ImageFacts: Sendable, Equatable, Codable {
    /// Who built it, which decides how its processes are started (contract 3.1).
    enum Kind: String, Sendable, Codable {
        case dockerfile
        case herokuish
        /// Cloud Native Buildpacks.
        case pack

        /// A container has its image's labels and environment too.
        init(labels: [String: String]?, environment: [String]?, buildpackUser: String) {
            if labels?["io.buildpacks.stack.id"]?.isEmpty == false {
                self = .pack
            } else {
                self = environment?.contains("USER=" + buildpackUser) == true ? .herokuish : .dockerfile
            }
        }
    }

    var kind: Kind
    /// As Go names it: `amd64`.
    var architecture: String
    /// The TCP ports that the image says it listens on, ascending.
    var exposedPorts: [Int]
    /// Whether it brings its own init process.
    var bringsInit: Bool

    init(
        kind: Kind = .dockerfile, architecture: String = "amd64", exposedPorts: [Int] = [],
        bringsInit: Bool = false
    ) {
        self.kind = kind
        self.architecture = architecture
        self.exposedPorts = exposedPorts
        self.bringsInit = bringsInit
    }

    init(_ details: ImageDetails, buildpackUser: String) {
        let labels = details.Config?.Labels ?? [:]
        kind = Kind(labels: labels, environment: details.Config?.Env, buildpackUser: buildpackUser)
        architecture = details.Architecture
        exposedPorts = (details.Config?.ExposedPorts ?? [:]).keys
            .filter { $0.hasSuffix("/tcp") }.compactMap { Int($0.dropLast(4)) }.sorted()
        bringsInit = labels["org.opencontainers.image.vendor"] == "linuxserver.io"
    }
}
