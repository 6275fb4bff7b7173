import APIClient
import AdapterKit

extension ServerFacts {
    /// Asks the servers for what a plan of `app` needs to know.
    /// - Parameter withCron: whether the app's periodic jobs are read too.
    static func read(
        _ server: NomadServer, _ app: AppName, _ settings: NomadSettings, withCron: Bool = true
    ) async throws -> ServerFacts {
        try await NomadTrouble.translating("ask \(server.name) about \(app)") {
            async let agent = ServerVersion.read(server)
            async let job = server.send(NomadCalls.job(Name.job(app)))
            async let cronJobs = withCron ? cronJobs(server, app, settings) : []
            let (version, datacenter) = try await agent
            var facts = ServerFacts(
                namespace: server.namespace, version: version, datacenters: ["*"], job: try await job,
                cronJobs: try await cronJobs)
            // Older servers take no pattern for datacenters, and name no service's keeper.
            let needsNames = version < NomadVersion(1, 5) && settings.jobs.placement.datacenters.isEmpty
            let needsConsul = settings.jobs.serviceProvider == .auto && !facts.hasNativeServices
            if needsNames || needsConsul {
                let nodes = try await nodes(server)
                if needsNames {
                    let names = Set(nodes.compactMap(\.Datacenter)).sorted()
                    facts.datacenters = names.isEmpty ? [datacenter ?? "dc1"] : names
                }
                if needsConsul, let node = nodes.first(where: \.isEligible) {
                    let attributes = try await server.send(NomadCalls.node(node.ID)).Attributes
                    facts.hasConsul = attributes?["consul.version"] != nil
                }
            }
            if facts.hasVariables, settings.configStore != .job { try await facts.readVariable(server, app) }
            return facts
        }
    }

    /// The app's periodic jobs, without what they have started.
    static func cronJobs(_ server: NomadServer, _ app: AppName, _ settings: NomadSettings) async throws -> [LiveJob] {
        let stubs = try await server.send(NomadCalls.jobs(prefix: Name.cronPrefix(app)))
            .filter { ($0.ParentID ?? "").isEmpty && $0.Periodic == true }
        return try await eachAtOnce(stubs, width: 8) { try await server.send(NomadCalls.job($0.ID)) }
            .compactMap { $0 }.filter { Meta.isOurs($0.meta, app, origin: settings.origin) }
    }

    /// Whoever may not see the nodes has to name what they have by settings.
    private static func nodes(_ server: NomadServer) async throws -> [NodeStub] {
        do {
            return try await server.send(NomadCalls.nodes)
        } catch let failure as APIFailure where failure.status == 403 {
            return []
        }
    }

    private mutating func readVariable(_ server: NomadServer, _ app: AppName) async throws {
        do {
            variable = try await server.send(NomadCalls.variable(Name.variable(Name.job(app))))
        } catch let failure as APIFailure where failure.status == 403 {
            variablesTrouble = "the token may not read Variables of namespace \(namespace)"
        }
    }
}

/// Which Nomad it is.
enum ServerVersion {
    /// The version and the agent's datacenter. Who may not ask the agent is told by what the servers can.
    static func read(_ server: NomadServer) async throws -> (version: NomadVersion, datacenter: String?) {
        do {
            let agent = try await server.send(NomadCalls.agent)
            guard let version = agent.version else {
                throw AdapterError(.unexpectedReply, "\(server.name) does not say which version of Nomad it is")
            }
            return (version, agent.config.Datacenter)
        } catch let failure as APIFailure where failure.status == 403 {
            return (try await guessed(server), nil)
        }
    }

    private static func guessed(_ server: NomadServer) async throws -> NomadVersion {
        async let variables = isServed("/v1/vars", server)
        async let services = isServed("/v1/services", server)
        if try await variables { return NomadVersion(1, 4) }
        return try await services ? NomadVersion(1, 3) : NomadVersion(1, 1)
    }

    /// A path that older servers do not know is 404, whoever asks.
    private static func isServed(_ path: String, _ server: NomadServer) async throws -> Bool {
        let request = APIRequest(.get, path)
        return try await server.client.transport.response(to: request, atMost: 1 << 20).status != 404
    }
}
