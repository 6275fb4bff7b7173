import APIClient
import AdapterKit
import FoundationEssentials

extension KubernetesAdapter: Examining {
    func examine(_ app: App?, console: any Console) async throws -> Examination {
        try await Doctor(settings: settings, context: context, connection: connection).examine()
    }
}

/// Looks at what stands between us and a deploy, from the kubeconfig to the last right. Changes nothing.
struct Doctor {
    let settings: KubernetesSettings
    let context: AdapterContext
    let connection: ClusterConnection

    /// The servers that this adapter is made for: minor releases of Kubernetes 1.
    static let releases = 20...36
    /// Seconds that two clocks may differ before tokens and certificates begin to fail.
    static let tolerance = 60

    func examine() async throws -> Examination {
        var findings: [Examination.Finding] = []
        let cluster: Cluster
        let served: ServedVersions
        do {
            cluster = try await ClusterTrouble.translating("find the cluster") { try await connection.cluster() }
            findings.append(.init("cluster", .good, "\(cluster.name), namespace \(cluster.namespace)"))
        } catch let error as AdapterError {
            return Examination(findings: [.init("cluster", .bad, error.sentence)])
        }
        let rights = Permissions(hasGateway: settings.objects.routing == .gateway)
        let manifest = rights.manifest(namespace: cluster.namespace)
        do {
            (findings, served) = try await ClusterTrouble.translating("reach the cluster") {
                let more = try await reach(cluster)
                return (findings + more, try await cluster.send(KubernetesCalls.groups))
            }
        } catch let error as AdapterError {
            findings.append(.init(error.code == .denied ? "account" : "reach", .bad, error.sentence))
            return Examination(findings: findings, rights: manifest)
        }
        for look in [account, namespace, { try await self.rights(rights, $0, $1) }] {
            do {
                findings += try await ClusterTrouble.translating("examine the cluster") {
                    try await look(cluster, served)
                }
            } catch let error as AdapterError {
                findings.append(.init("examination", .bad, error.sentence))
            }
        }
        return Examination(findings: findings + optional(served), rights: manifest)
    }

    // MARK: the server

    private func reach(_ cluster: Cluster) async throws -> [Examination.Finding] {
        let asked = context.now()
        let response = try await cluster.client.transport.response(to: KubernetesCalls.versionRequest)
        guard response.status == 200 else { throw APIFailure.refused(KubernetesCalls.versionRequest, response) }
        guard
            let version = try? JSONDecoder().decode(
                KubernetesCalls.ServerVersion.self, from: Data(response.body))
        else {
            throw APIFailure.unexpectedReply(
                call: KubernetesCalls.versionRequest.summary, reason: "it names no version")
        }
        let isFit = version.minorNumber.map { Self.releases.contains($0) } ?? false
        let range = "1.\(Self.releases.lowerBound) to 1.\(Self.releases.upperBound)"
        var findings: [Examination.Finding] = [
            .init("reach", .good, "the API server answers"),
            .init(
                "version", isFit ? .good : .warning,
                "Kubernetes \(version.gitVersion)" + (isFit ? "" : "; this is made for \(range)")),
        ]
        if let theirs = response.head.header("date").flatMap(ServerDate.seconds) {
            let skew = theirs - (asked + context.now()) / 2
            let isNear = abs(skew) <= Self.tolerance
            findings.append(
                .init(
                    "clock", isNear ? .good : .warning,
                    isNear
                        ? "the same as the server's"
                        : "the server's is \(abs(skew)) seconds \(skew > 0 ? "ahead of" : "behind") ours"))
        }
        return findings
    }

    // MARK: us

    private func account(_ cluster: Cluster, _ served: ServedVersions) async throws -> [Examination.Finding] {
        var name: String?
        if let call = KubernetesCalls.whoAmI(served) {
            do {
                name = try await cluster.send(call)
            } catch let failure as APIFailure where failure.status == 404 || failure.status == 403 {
                // Whether a kind is known is looked at after whether it is allowed.
            }
        }
        let (known, certificate) = try await connection.account()
        var findings = [Examination.Finding("account", .good, name.map { "\($0) (\(known))" } ?? known)]
        if let certificate {
            let days = (certificate.expires - context.now()) / 86_400
            findings.append(
                .init(
                    "certificate", days < 14 ? .warning : .good,
                    "'\(certificate.name)' is good until \(Timestamp.text(certificate.expires))"
                        + (days < 14 ? ": renew it soon" : "")))
        }
        return findings
    }

    private func namespace(_ cluster: Cluster, _ served: ServedVersions) async throws -> [Examination.Finding] {
        struct Found: Decodable {
            struct Status: Decodable { var phase: String? }
            var status: Status?
        }
        let name = cluster.namespace
        do {
            let found = try await cluster.send(KubernetesCalls.get(.namespace, name, in: nil, as: Found.self))
            let isLeaving = found.status?.phase == "Terminating"
            return [
                .init(
                    "namespace", isLeaving ? .bad : .good, isLeaving ? "\(name) is being deleted" : "\(name) is there")
            ]
        } catch let failure as APIFailure where failure.status == 404 {
            let mayMake = try await cluster.send(KubernetesCalls.mayI("create", "namespaces", group: "", in: nil))
            return [
                .init(
                    "namespace", mayMake ? .good : .bad,
                    "\(name) is not there yet, and we may \(mayMake ? "" : "not ")make it")
            ]
        } catch let failure as APIFailure where failure.status == 403 {
            return [
                .init("namespace", .warning, "whether \(name) is there is not ours to know: get namespaces is missing")
            ]
        }
    }

    private func rights(_ permissions: Permissions, _ cluster: Cluster, _ served: ServedVersions) async throws
        -> [Examination.Finding]
    {
        let all = permissions.inNamespace.flatMap { permission in permission.verbs.map { (permission, $0) } }
        var missing: [Permission: Set<String>] = [:]
        try await withThrowingTaskGroup(of: (Permission, String, Bool).self) { group in
            var rest = all[...]
            func ask() {
                guard let (permission, verb) = rest.popFirst() else { return }
                group.addTask {
                    let call = KubernetesCalls.mayI(
                        verb, permission.resource, group: permission.group, in: cluster.namespace)
                    return (permission, verb, try await cluster.send(call))
                }
            }
            for _ in 0..<8 { ask() }
            for try await (permission, verb, isAllowed) in group {
                if !isAllowed { missing[permission, default: []].insert(verb) }
                ask()
            }
        }
        guard !missing.isEmpty else {
            return [.init("rights", .good, "all \(all.count) that are needed in namespace \(cluster.namespace)")]
        }
        return permissions.inNamespace.compactMap { permission in
            guard let verbs = missing[permission] else { return nil }
            let list = permission.verbs.filter(verbs.contains).joined(separator: ", ")
            return .init("rights", .bad, "we may not \(list) \(permission.title) in namespace \(cluster.namespace)")
        }
    }

    // MARK: what a cluster may have

    private func optional(_ served: ServedVersions) -> [Examination.Finding] {
        let hasMetrics = served.served.contains { $0.hasPrefix("metrics.k8s.io/") }
        let hasGateway = served.httpRoute != nil
        let wantsGateway = settings.objects.routing == .gateway
        return [
            .init("metrics", .good, hasMetrics ? "served" : "not served: autoscaling by load will not work"),
            .init(
                "gateway", wantsGateway && !hasGateway ? .bad : .good,
                hasGateway ? "served" : "not served" + (wantsGateway ? ", but routing is set to gateway" : "")),
        ]
    }
}

extension AdapterError {
    /// All that is known, in one line.
    fileprivate var sentence: String { ([message] + details).joined(separator: "; ") }
}
