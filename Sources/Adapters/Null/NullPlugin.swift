import AdapterKit

extension AdapterPlugin {
    /// The scheduler for apps that are built and never run here. It has no role beyond the required calls: the host
    /// answers everything else as unsupported.
    public static let null = AdapterPlugin(
        manifest: Manifest(scheduler: "null", capabilities: [], images: .none, cron: .none),
        make: { _ in NullAdapter() })
}
