import AdapterKit
import DockerEngine

extension AdapterPlugin {
    /// The scheduler of Dokku's own host: containers of one Docker Engine.
    public static let dockerLocal = AdapterPlugin(
        manifest: Manifest(
            scheduler: "docker-local", capabilities: [.run, .enter, .retire, .inspect, .plan, .check],
            images: .localEngine,
            cron: .host),
        settings: DockerLocalSettings.declarations,
        variables: ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"],
        make: { context in try DockerLocalAdapter(context) })
}
