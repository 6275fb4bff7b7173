import APIClient
import AdapterKit

/// The app's cluster, found out about on first use.
actor ClusterConnection {
    private let settings: KubernetesSettings
    private let context: AdapterContext
    private var known: (cluster: Cluster, address: ClusterAddress, credentials: CredentialSource)?

    init(settings: KubernetesSettings, context: AdapterContext) {
        self.settings = settings
        self.context = context
    }

    /// - Throws: ``AdapterError`` when it is not known where the cluster is or who we are there. Sends nothing yet.
    func cluster() async throws -> Cluster {
        try found().cluster
    }

    /// Who we are as far as it is known here, and what certificate we show.
    func account() async throws -> (name: String, certificate: CertificateFacts?) {
        let found = try found()
        let credential = try await found.credentials.current().credential
        return (found.address.userName, credential.clientCertificate.flatMap { CertificateFacts(pem: $0) })
    }

    private func found() throws -> (cluster: Cluster, address: ClusterAddress, credentials: CredentialSource) {
        if let known { return known }
        do {
            let found = try find()
            known = found
            return found
        } catch {
            throw ClusterTrouble.translate(error, while: "find the cluster")
        }
    }

    private func find() throws -> (Cluster, ClusterAddress, CredentialSource) {
        let address = try ClusterSearch(settings: settings, context: context).address()
        let authority = try address.cluster.certificateAuthority?.bytes(context.readFile)
        let trouble = AccessTrouble(address: address, authority: authority, now: context.now)
        let credentials = CredentialSource(address, authority: authority, settings: settings, context: context)
        let authorizing = AuthorizingTransport(
            credentials,
            open: { [trace = context.trace] credential in
                let transport = CurlTransport(endpoint: address.endpoint(authority: authority, credential))
                return trace.map { LoggingTransport(transport, report: $0) } ?? transport
            }, explain: trouble.explain)
        let cluster = Cluster(
            client: APIClient(transport: RetryingTransport(authorizing, policy: Self.patience, clock: context.clock)),
            namespace: settings.namespace ?? address.namespace ?? "default",
            name: "\(address.name) (\(Redaction.withoutUserInfo(address.cluster.server)))")
        return (cluster, address, credentials)
    }

    /// API servers under load ask for patience again and again, and one that is upgraded is away for a while.
    static let patience = RetryPolicy(busyAttempts: 10, longestOutage: .seconds(60))
}

extension ClusterAddress {
    fileprivate func endpoint(authority: [UInt8]?, _ credential: Credential) -> APIEndpoint {
        APIEndpoint(
            .url(cluster.server),
            tls: TLSSettings(
                certificateAuthority: authority, clientCertificate: credential.clientCertificate,
                clientKey: credential.clientKey, verifiesPeer: !cluster.skipsVerification,
                serverName: cluster.tlsServerName),
            proxy: cluster.proxyURL)
    }
}
