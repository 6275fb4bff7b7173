import FoundationEssentials
import JSONDocument

/// What an exec plugin is told and what it answers (client.authentication.k8s.io).
struct ExecCredential: Sendable, Equatable {
    var token: String?
    /// PEM.
    var clientCertificate: [UInt8]?
    /// PEM.
    var clientKey: [UInt8]?
    /// Seconds since 1970.
    var expires: Int?

    /// Why an answer cannot be used. Holds nothing of the answer.
    struct Malformed: Error, Equatable {
        var text: String
    }

    /// The versions that a plugin may speak. The first ever, `v1alpha1`, is gone from all clients.
    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// Reads a plugin's answer.
    /// - Parameter version: the one that it was asked to speak.
    init(_ bytes: [UInt8], version: String) throws {
        guard let document = try? JSONValue(parsing: bytes), document["kind"] == "ExecCredential" else {
            throw Malformed(text: "its output is no ExecCredential")
        }
        guard document["apiVersion"]?.text == version else {
            throw Malformed(text: "it does not answer in \(version), as the kubeconfig wants")
        }
        token = document["status"]?["token"]?.text
        clientCertificate = (document["status"]?["clientCertificateData"]?.text).map { Array($0.utf8) }
        clientKey = (document["status"]?["clientKeyData"]?.text).map { Array($0.utf8) }
        guard (clientCertificate == nil) == (clientKey == nil), token != nil || clientKey != nil else {
            throw Malformed(text: "its answer holds neither a token nor a certificate with its key")
        }
        if let time = document["status"]?["expirationTimestamp"]?.text {
            guard let seconds = Timestamp.seconds(time) else {
                throw Malformed(text: "its expirationTimestamp is no time")
            }
            expires = seconds
        }
    }

    /// What the plugin finds in `KUBERNETES_EXEC_INFO`.
    /// - Parameter authority: the cluster's authority, PEM.
    static func question(to plugin: ExecPlugin, _ cluster: Kubeconfig.Cluster, authority: [UInt8]?) -> String {
        var spec: [String: JSONValue] = ["interactive": false]
        if plugin.wantsCluster {
            var told: [String: JSONValue] = ["server": .string(cluster.server)]
            if let name = cluster.tlsServerName { told["tls-server-name"] = .string(name) }
            if let proxy = cluster.proxyURL { told["proxy-url"] = .string(proxy) }
            if cluster.skipsVerification { told["insecure-skip-tls-verify"] = true }
            if let authority {
                told["certificate-authority-data"] = .string(Data(authority).base64EncodedString())
            }
            told["config"] = cluster.pluginConfiguration
            spec["cluster"] = .object(told)
        }
        let question: JSONValue = [
            "apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": .object(spec),
        ]
        return question.compact
    }
}
