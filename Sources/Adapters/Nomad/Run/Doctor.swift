import APIClient
import AdapterKit

extension NomadAdapter: Examining {
    func examine(_ app: App?, console: any Console) async throws -> Examination {
        try await Doctor(settings: settings, connection: connection).examine(app?.name)
    }
}

/// Looks at what stands between us and a deploy, from the address to the last right. Changes nothing.
struct Doctor: Sendable {
    let settings: NomadSettings
    let connection: ServerConnection

    func examine(_ app: AppName?) async throws -> Examination {
        let server: NomadServer
        do {
            server = try await connection.server()
        } catch let error as AdapterError {
            return Examination(findings: [.init("server", .bad, error.sentence)])
        }
        var findings = [Examination.Finding("server", .good, "\(server.name), namespace \(server.namespace)")]
        var version = NomadVersion.newestKnown
        do {
            let (more, found) = try await NomadTrouble.translating("reach Nomad") { try await reach(server) }
            findings += more
            version = found
        } catch let error as AdapterError {
            findings.append(.init(error.code == .denied ? "account" : "reach", .bad, error.sentence))
            let policy = AccessPolicy(namespace: server.namespace, app: app, hasVariables: true)
            return Examination(findings: findings, rights: policy.rules)
        }
        let hasVariables = version >= NomadVersion(1, 4) && settings.configStore != .job
        let policy = AccessPolicy(namespace: server.namespace, app: app, hasVariables: hasVariables)
        for look in [
            namespace, { try await account($0, app, policy) }, nodes,
        ] as [(NomadServer) async throws -> [Examination.Finding]] {
            do {
                findings += try await NomadTrouble.translating("examine the cluster") { try await look(server) }
            } catch let error as AdapterError {
                findings.append(.init(error.code == .denied ? "account" : "examination", .bad, error.sentence))
            }
        }
        return Examination(findings: findings, rights: policy.rules)
    }

    // MARK: the servers

    private func reach(_ server: NomadServer) async throws -> ([Examination.Finding], NomadVersion) {
        let leader = try await server.send(NomadCalls.leader)
        var findings: [Examination.Finding] = [
            .init(
                "leader", leader.isEmpty ? .bad : .good,
                leader.isEmpty ? "the servers have none: nomad server members" : "the servers follow \(leader)")
        ]
        let address = try await connection.address()
        if let region = address.region {
            let known = try await server.send(NomadCalls.regions)
            guard known.contains(region) else {
                throw AdapterError(
                    .invalidSettings,
                    "the servers do not know the region \(region), but \(known.joined(separator: ", "))",
                    hint: "scheduler-nomad:set --global region NAME")
            }
            findings.append(.init("region", .good, "\(region) is there"))
        }
        let version = try await server.version()
        let isFit = version >= .oldest && version < NomadVersion(3, 0)
        findings.append(
            .init(
                "version", isFit ? .good : .warning,
                "Nomad \(version)" + (isFit ? "" : "; this is made for \(NomadVersion.oldest) and newer")))
        if version < NomadVersion(1, 4) {
            findings.append(
                .init("variables", .warning, "an app's config stands in its job: Variables came with Nomad 1.4"))
        }
        return (findings, version)
    }

    private func namespace(_ server: NomadServer) async throws -> [Examination.Finding] {
        let name = server.namespace
        do {
            guard try await server.send(NomadCalls.namespace(name)) == nil else {
                return [.init("namespace", .good, "\(name) is there")]
            }
        } catch let failure as APIFailure where failure.isLackOfRights {
            return [.init("namespace", .warning, "whether \(name) is there is not ours to know")]
        }
        let mayMake = (try? await server.send(NomadCalls.ownToken).Type) != "client"
        return [
            .init(
                "namespace", mayMake ? .good : .bad,
                mayMake
                    ? "\(name) is not there yet, and is made with the first deploy"
                    : "\(name) is not there, and only a management token may make it: nomad namespace apply \(name)")
        ]
    }

    /// The nodes that apps can run on.
    private func nodes(_ server: NomadServer) async throws -> [Examination.Finding] {
        do {
            let nodes = try await server.send(NomadCalls.nodes)
            let fit = nodes.filter { $0.isEligible && $0.Drivers?["docker"]?.Healthy == true }
            if !fit.isEmpty {
                return [
                    .init("nodes", .good, "\(fit.count) of \(nodes.count) can run containers with the docker driver")
                ]
            }
            let reasons = nodes.map { node in
                let driver = node.Drivers?["docker"]
                let reason =
                    !node.isEligible
                    ? "is \(node.Status) and \(node.SchedulingEligibility ?? "eligible")"
                    : driver.map { "says of docker: \($0.HealthDescription ?? "not healthy")" }
                        ?? "has no docker driver"
                return "\(node.Name) \(reason)"
            }
            return [
                .init(
                    "nodes", .bad,
                    nodes.isEmpty ? "there is none" : "none can run containers: " + reasons.joined(separator: "; "))
            ]
        } catch let failure as APIFailure where failure.isLackOfRights {
            return [
                .init("nodes", .warning, "whether any has a docker driver is not ours to know: node:read is missing")
            ]
        }
    }

    // MARK: us

    private func account(_ server: NomadServer, _ app: AppName?, _ policy: AccessPolicy) async throws
        -> [Examination.Finding]
    {
        let token: TokenFacts?
        let isAnonymous = try await connection.address().endpoint.headers.isEmpty
        do {
            token = try await server.send(NomadCalls.ownToken)
        } catch let failure as APIFailure where failure.saysThatACLsAreOff {
            return [
                .init(
                    "account", .warning,
                    "ACLs are off: everybody who reaches the servers may do everything, and read every app's config")
            ]
        } catch let failure as APIFailure where isAnonymous && failure.isAboutAToken {
            token = nil
        }
        if token?.Type == "management" {
            return [.init("account", .warning, "\(token.title) is a management token: a client token would do")]
        }
        let probe = AccessProbe(server: server, job: app.map(Name.job) ?? "linkspan-doctor", policy: policy)
        let found = try await probe.run(policies: token?.Policies ?? ["anonymous"])
        var findings = [Examination.Finding("account", .good, token.title)]
        findings += found.missing.map {
            .init("rights", .bad, "our token lacks \($0) in namespace \(server.namespace)")
        }
        if !found.unknown.isEmpty {
            findings.append(
                .init(
                    "rights", .warning,
                    "whether we have \(found.unknown.joined(separator: " and ")) shows when something runs"))
        } else if found.missing.isEmpty {
            findings.append(.init("rights", .good, "all that are needed in namespace \(server.namespace)"))
        }
        return findings
    }

}

extension TokenFacts? {
    /// Who we are.
    fileprivate var title: String {
        guard let token = self else { return "nobody: no token is set, so the anonymous policy applies" }
        let name = token.Name.flatMap { $0.isEmpty ? nil : "the token '\($0)'" } ?? "a token without a name"
        let policies = token.Policies ?? []
        return name + (policies.isEmpty ? "" : " with \(policies.joined(separator: ", "))")
    }
}

extension APIFailure {
    fileprivate var saysThatACLsAreOff: Bool {
        if case .status(let status) = self { status.message.contains("ACL support disabled") } else { false }
    }

    fileprivate var isAboutAToken: Bool { [403, 404].contains(status) }
}

extension AdapterError {
    /// All that is known, in one line.
    fileprivate var sentence: String {
        let all = ([message] + details).joined(separator: "; ") + (hint.map { ": \($0)" } ?? "")
        return all.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
