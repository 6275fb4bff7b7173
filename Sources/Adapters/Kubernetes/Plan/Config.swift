import AdapterKit
import FoundationEssentials
import JSONDocument

/// The Secrets of a release. They never change: another content is another Secret, so that an instance which starts
/// again can never pick up another release's values.
struct Config: Sendable, Equatable {
    let app: AppName
    let namespace: String
    let labels: [String: String]

    /// What a Secret holds at the most (API reference, "Secret"); the names count too.
    static let largest = 1_048_576

    /// The app's config; `nil` when it has none.
    /// - Throws: ``AdapterError`` when it is larger than a Secret may be.
    func environment(_ values: [String: String]) throws -> KubernetesObject? {
        guard !values.isEmpty else { return nil }
        let size = values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= Self.largest else {
            let largest = values.sorted { $0.value.utf8.count > $1.value.utf8.count }.prefix(3)
            throw AdapterError(
                .invalidInput,
                "the config of \(app) has \(size) bytes; Kubernetes keeps at most \(Self.largest) in a Secret",
                details: largest.map { "\($0.key) has \($0.value.utf8.count) bytes" },
                hint: "move large values into the image or a storage entry")
        }
        let names = Names(app: app)
        return secret(names.config(Self.fingerprint(of: values)), "Opaque", values.mapValues { Array($0.utf8) })
    }

    /// The same for the same values, whoever asks.
    static func fingerprint(of values: [String: String]) -> Fingerprint {
        Fingerprint(values.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)\u{1}" }.joined())
    }

    /// The logins to pull the image with, as Docker writes them; `nil` when there are none.
    func pullSecret(_ credentials: [RegistryCredential]) -> KubernetesObject? {
        guard !credentials.isEmpty else { return nil }
        var logins: [String: JSONValue] = [:]
        for credential in credentials {
            let login = Data("\(credential.username):\(credential.password)".utf8).base64EncodedString()
            logins[credential.server] = [
                "username": .string(credential.username), "password": .string(credential.password),
                "auth": .string(login),
            ]
        }
        let document = JSONValue.object(["auths": .object(logins)]).compact
        return secret(
            Names(app: app).pullSecret(Fingerprint(document)), "kubernetes.io/dockerconfigjson",
            [".dockerconfigjson": Array(document.utf8)])
    }

    /// The certificate that the user imported; `nil` when there is none.
    func certificate(_ certificate: Certificate?) -> KubernetesObject? {
        guard let certificate else { return nil }
        return secret(
            Names(app: app).certificate(Fingerprint(certificate.chain + certificate.privateKey)), "kubernetes.io/tls",
            ["tls.crt": Array(certificate.chain.utf8), "tls.key": Array(certificate.privateKey.utf8)])
    }

    private func secret(_ name: String, _ type: String, _ data: [String: [UInt8]]) -> KubernetesObject {
        KubernetesObject(
            .secret, name, in: namespace, labels: labels,
            [
                "type": .string(type), "immutable": true,
                "data": .object(data.mapValues { .string(Data($0).base64EncodedString()) }),
            ])
    }
}
