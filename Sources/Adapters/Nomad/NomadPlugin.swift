import AdapterKit

extension AdapterPlugin {
    /// Nomad clusters, through their HTTP API.
    public static let nomad = AdapterPlugin(
        manifest: Manifest(
            scheduler: "nomad",
            capabilities: [.run, .enter, .inspect, .plan, .diff, .cron, .doctor, .nodes, .lock], images: .registry,
            cron: .scheduler),
        settings: NomadSettings.declarations,
        variables: NomadSettings.variables,
        make: { context in try NomadAdapter(context) })
}
