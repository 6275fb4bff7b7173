import AdapterKit
import DockerEngine

extension ImageFacts {
    /// What the engine says of an image.
    package init(_ details: ImageDetails, buildpackUser: String) {
        let labels = details.Config?.Labels ?? [:]
        self.init(
            kind: Kind(labels: labels, environment: details.Config?.Env, buildpackUser: buildpackUser),
            architecture: details.Architecture,
            exposedPorts: (details.Config?.ExposedPorts ?? [:]).keys
                .filter { $0.hasSuffix("/tcp") }.compactMap { Int($0.dropLast(4)) }.sorted(),
            bringsInit: labels["org.opencontainers.image.vendor"] == "linuxserver.io",
            user: details.Config?.User ?? "", id: details.Id,
            entrypoint: details.Config.map { $0.Entrypoint ?? [] }, stage: labels["com.dokku.image-stage"])
    }
}
