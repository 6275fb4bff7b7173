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
    }

    var id: String
    var kind: Kind
    /// As Go names it: `amd64`.
    var architecture: String
    /// The TCP ports that the image says it listens on, ascending.
    var exposedPorts: [Int]
    /// Whether it has a command or entrypoint of its own.
    var hasCommand: Bool
    /// Whether it brings its own init process.
    var bringsInit: Bool

    init(
        id: String = "", kind: Kind = .dockerfile, architecture: String = "amd64", exposedPorts: [Int] = [],
        hasCommand: Bool = true, bringsInit: Bool = false
    ) {
        self.id = id
        self.kind = kind
        self.architecture = architecture
        self.exposedPorts = exposedPorts
        self.hasCommand = hasCommand
        self.bringsInit = bringsInit
    }

    init(_ details: ImageDetails, buildpackUser: String) {
        let labels = details.Config?.Labels ?? [:]
        if labels["io.buildpacks.stack.id"]?.isEmpty == false {
            kind = .pack
        } else if details.Config?.Env?.contains("USER=" + buildpackUser) == true {
            kind = .herokuish
        } else {
            kind = .dockerfile
        }
        id = details.Id
        architecture = details.Architecture
        exposedPorts = (details.Config?.ExposedPorts ?? [:]).keys
            .filter { $0.hasSuffix("/tcp") }.compactMap { Int($0.dropLast(4)) }.sorted()
        hasCommand = !(details.Config?.Cmd ?? []).isEmpty || !(details.Config?.Entrypoint ?? []).isEmpty
        bringsInit = labels["org.opencontainers.image.vendor"] == "linuxserver.io"
    }
}
