import AdapterKit
import JSONDocument

/// What leads traffic to an app's instances.
struct Networking: Sendable {
    let deployment: Deployment
    let settings: ObjectSettings
    let metadata: ObjectMetadata
    let versions: ServedVersions
    let namespace: String
    /// The Secret with the imported certificate.
    let certificate: String?

    private var names: Names { Names(app: deployment.app.name) }

    /// The address of a process type within the cluster.
    /// - Parameter selector: the labels of the pods that serve.
    func service(_ type: ProcessType, _ ports: Ports, selector: [String: String]) -> KubernetesObject {
        let list = ports.maps.map { map -> JSONValue in
            // A port that names no protocol makes 1.20's server-side apply fail.
            [
                "name": .string(Self.portName(map)), "port": .integer(map.hostPort),
                "targetPort": .integer(map.containerPort), "protocol": map.scheme == "udp" ? "UDP" : "TCP",
            ]
        }
        return metadata.object(
            .service, names.service(type), in: namespace, process: type,
            ["spec": ["selector": .strings(selector), "ports": .array(list)]])
    }

    /// What leads from outside to `web`; empty when nothing shall.
    /// - Throws: ``AdapterError`` when the cluster has not what the settings ask for.
    func routes(_ ports: Ports) throws -> [KubernetesObject] {
        guard !deployment.routes.domains.isEmpty, let port = ports.maps.first(where: { $0.scheme.hasPrefix("http") })
        else { return [] }
        switch settings.routing {
        case .none: return []
        case .ingress: return [ingress(port)]
        case .gateway: return [try httpRoute(port)]
        }
    }

    /// Whether anything from outside leads to `web`.
    var unreachedDomains: Bool { settings.routing == .none && !deployment.routes.domains.isEmpty }

    private func ingress(_ port: PortMap) -> KubernetesObject {
        let domains = deployment.routes.domains
        let backend: JSONValue = [
            "service": ["name": .string(names.service(.web)), "port": ["number": .integer(port.hostPort)]]
        ]
        let paths: JSONValue = [["path": "/", "pathType": "Prefix", "backend": backend]]
        var spec: [String: JSONValue] = [
            "rules": .array(domains.map { ["host": .string($0), "http": ["paths": paths]] })
        ]
        if let ingressClass = settings.ingressClass { spec["ingressClassName"] = .string(ingressClass) }
        var annotations: [String: String] = [:]
        if let certificate {
            spec["tls"] = [["hosts": .strings(domains), "secretName": .string(certificate)]]
        } else if let issuer = settings.issuer {
            let key = settings.issuerKind == "Issuer" ? "cert-manager.io/issuer" : "cert-manager.io/cluster-issuer"
            annotations[key] = issuer
            spec["tls"] = [["hosts": .strings(domains), "secretName": .string(names.ingress + "-tls")]]
        }
        var object = metadata.object(
            .ingress, names.ingress, in: namespace, process: .web, ["spec": .object(spec)])
        object.annotations.merge(annotations) { $1 }
        return object
    }

    private func httpRoute(_ port: PortMap) throws -> KubernetesObject {
        guard let kind = versions.httpRoute else {
            throw AdapterError(
                .unsupported, "the cluster does not have the Gateway API, which routing=gateway asks for",
                hint: "scheduler-kubernetes:set \(deployment.app.name) routing ingress")
        }
        guard let gateway = settings.gateway else {
            throw AdapterError(
                .invalidSettings, "routing=gateway needs the Gateway that routes attach to",
                hint: "scheduler-kubernetes:set \(deployment.app.name) gateway NAMESPACE/NAME")
        }
        let parts = gateway.split(separator: "/", maxSplits: 1).map(String.init)
        var parent: [String: JSONValue] = ["name": .string(parts.last ?? gateway)]
        if parts.count == 2 { parent["namespace"] = .string(parts[0]) }
        return metadata.object(
            kind, names.ingress, in: namespace, process: .web,
            [
                "spec": [
                    "parentRefs": [.object(parent)], "hostnames": .strings(deployment.routes.domains),
                    "rules": [
                        [
                            "matches": [["path": ["type": "PathPrefix", "value": "/"]]],
                            "backendRefs": [
                                ["name": .string(names.service(.web)), "port": .integer(port.hostPort)]
                            ],
                        ]
                    ],
                ]
            ])
    }

    /// At most 15 characters: what a Service takes.
    private static func portName(_ map: PortMap) -> String {
        String("\(map.scheme.prefix(4))-\(map.hostPort)".prefix(15))
    }
}
