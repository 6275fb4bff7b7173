import Foundation
import Loopback
import Traffic

/// Where the clients of a backend look for it, and the variables that tell them: a socket for Docker, a loopback port for
/// Nomad, with TLS where a token is asked for, one with TLS and a kubeconfig for Kubernetes.
enum BackendDoor {
    /// A namespace, and the token that opens it; none where `token` is empty.
    struct Place {
        var namespace = "default"
        var token = ""

        /// The one that belongs to a stage.
        static func of(_ runID: String, _ secrets: Secrets, _ kind: BackendKind) -> Place {
            Place(namespace: "kit-" + runID, token: kind == .nomad ? secrets.tokenID : secrets.token)
        }
    }

    /// Serves `answering` there.
    /// - Parameters:
    ///   - isTrusted: whether the server's certificate is one that the client is told to trust.
    ///   - authority: who vouches for the server.
    ///   - place: where in the backend the client is to work.
    static func open(
        _ answering: any Answering, _ kind: BackendKind, in folder: String, isTrusted: Bool,
        authority: SharedAuthority, place: Place = Place()
    ) async throws -> (LoopbackServer, [String: String]) {
        let loopback = LoopbackServer.Address.tcp(host: "127.0.0.1", port: 0)
        func port(_ server: LoopbackServer) -> Int { if case .tcp(_, let port) = server.address { port } else { 0 } }
        switch kind {
        case .docker, .none:
            guard isTrusted else {
                let shown = try await authority.authority()
                let told = try await ThrowawayAuthority.make(in: folder + "/told")
                let server = try await LoopbackServer.start(
                    at: loopback, tls: shown.identity(), answering: answering)
                return (
                    server,
                    [
                        "DOCKER_HOST": "tcp://127.0.0.1:\(port(server))", "DOCKER_TLS_VERIFY": "1",
                        "DOCKER_CERT_PATH": told.folder,
                    ]
                )
            }
            let socket = folder + "/engine.sock"
            return (
                try await LoopbackServer.start(at: .unixSocket(socket), answering: answering),
                ["DOCKER_HOST": "unix://" + socket]
            )
        case .kubernetes:
            let shown = try await authority.authority()
            let told = isTrusted ? shown : try await ThrowawayAuthority.make(in: folder + "/told")
            let server = try await LoopbackServer.start(at: loopback, tls: shown.identity(), answering: answering)
            let file = folder + "/kubeconfig"
            try Data(kubeconfig(port(server), authority: told, place).utf8).write(to: URL(fileURLWithPath: file))
            return (server, ["KUBECONFIG": file])
        case .nomad:
            var variables: [String: String] = [:]
            if place.namespace != "default" { variables["NOMAD_NAMESPACE"] = place.namespace }
            if !place.token.isEmpty { variables["NOMAD_TOKEN"] = place.token }
            guard !place.token.isEmpty || !isTrusted else {
                let server = try await LoopbackServer.start(at: loopback, answering: answering)
                variables["NOMAD_ADDR"] = "http://127.0.0.1:\(port(server))"
                return (server, variables)
            }
            let shown = try await authority.authority()
            let told = isTrusted ? shown : try await ThrowawayAuthority.make(in: folder + "/told")
            let server = try await LoopbackServer.start(at: loopback, tls: shown.identity(), answering: answering)
            variables["NOMAD_ADDR"] = "https://127.0.0.1:\(port(server))"
            variables["NOMAD_CACERT"] = told.folder + "/ca.pem"
            return (server, variables)
        }
    }

    private static func kubeconfig(_ port: Int, authority: ThrowawayAuthority, _ place: Place) -> String {
        let credentials =
            place.token.isEmpty
            ? "{client-certificate: \(authority.folder)/cert.pem, client-key: \(authority.folder)/key.pem}"
            : "{token: \(place.token)}"
        return """
            apiVersion: v1
            kind: Config
            current-context: kit
            clusters:
            - name: kit
              cluster:
                server: https://127.0.0.1:\(port)
                certificate-authority: \(authority.folder)/ca.pem
            users:
            - name: kit
              user: \(credentials)
            contexts:
            - name: kit
              context: {cluster: kit, user: kit, namespace: \(place.namespace)}

            """
    }
}
