import APIClient
import AdapterKit

/// The app's Nomad server, found out about on first use.
actor ServerConnection {
    private let settings: NomadSettings
    private let context: AdapterContext
    private var known: (server: NomadServer, address: NomadAddress)?

    init(settings: NomadSettings, context: AdapterContext) {
        self.settings = settings
        self.context = context
    }

    /// - Throws: ``AdapterError`` when it is not known where the server is or who we are there. Sends nothing yet.
    func server() throws -> NomadServer { try found().server }

    /// Where it is and who we are there.
    func address() throws -> NomadAddress { try found().address }

    private func found() throws -> (server: NomadServer, address: NomadAddress) {
        if let known { return known }
        let address = try NomadAddress(settings.access, context)
        let transport = CurlTransport(endpoint: address.endpoint)
        let scoped = ScopedTransport(
            context.trace.map { LoggingTransport(transport, report: $0) } ?? transport, region: address.region,
            namespace: address.namespace)
        let server = NomadServer(
            client: APIClient(
                transport: RetryingTransport(
                    LeaderPatience(scoped, clock: context.clock), policy: Self.patience, clock: context.clock)),
            namespace: address.namespace, name: address.endpoint.name)
        known = (server, address)
        return (server, address)
    }

    /// An agent that is upgraded is away for a while.
    static let patience = RetryPolicy(busyAttempts: 10, longestOutage: .seconds(60))
}
