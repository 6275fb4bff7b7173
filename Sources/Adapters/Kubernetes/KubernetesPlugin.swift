import AdapterKit

extension AdapterPlugin {
    /// Kubernetes clusters, through their HTTP API.
    public static let kubernetes = AdapterPlugin(
        manifest: Manifest(
            scheduler: "kubernetes",
            capabilities: [.run, .enter, .inspect, .plan, .diff, .cron, .storage, .doctor, .nodes, .lock],
            images: .registry,
            cron: .scheduler),
        settings: KubernetesSettings.declarations,
        variables: KubernetesSettings.variables,
        make: { context in try KubernetesAdapter(context) })
}
