import APIClient
import Foundation
import JSONDocument
import Traffic
import YAMLDocument

/// One context of a kubeconfig, as far as the kit itself needs it: credentials that lie in files.
///
/// Not the adapter's own reader: what checks an adapter must not share its mistakes.
struct KubeconfigEntry {
    let endpoint: APIEndpoint

    /// - Parameter context: `nil` for the current one.
    /// - Throws: ``Broken`` when there is no such context, or it can be used by a program only.
    init(path: String, context: String?) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw Broken("there is no file \(path)") }
        let document = try YAMLDocument.value(of: Array(bytes))
        let name = context ?? document["current-context"]?.text ?? ""
        func entry(_ list: String, _ kind: String, _ name: String) throws -> JSONValue {
            guard let found = document[list]?.items?.first(where: { $0["name"]?.text == name })?[kind] else {
                throw Broken("\(path) has no \(kind) '\(name)'")
            }
            return found
        }
        let chosen = try entry("contexts", "context", name)
        let cluster = try entry("clusters", "cluster", chosen["cluster"]?.text ?? "")
        let user = try entry("users", "user", chosen["user"]?.text ?? "")
        func material(_ document: JSONValue, _ key: String) throws -> [UInt8]? {
            if let encoded = document[key + "-data"]?.text { return Data(base64Encoded: encoded).map { Array($0) } }
            guard let file = document[key]?.text else { return nil }
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            return FileManager.default.contents(atPath: file.hasPrefix("/") ? file : folder + file).map { Array($0) }
        }
        var headers: [HTTPHeader] = []
        if let token = user["token"]?.text {
            headers = [HTTPHeader("Authorization", "Bearer " + token)]
        } else if let file = user["tokenFile"]?.text, let bytes = FileManager.default.contents(atPath: file) {
            headers = [HTTPHeader("Authorization", "Bearer " + String(decoding: bytes, as: UTF8.self).trimmed)]
        } else if let login = user["username"]?.text {
            let pair = Array("\(login):\(user["password"]?.text ?? "")".utf8)
            headers = [HTTPHeader("Authorization", "Basic " + Base64.encode(pair))]
        }
        let tls = TLSSettings(
            certificateAuthority: try material(cluster, "certificate-authority"),
            clientCertificate: try material(user, "client-certificate"), clientKey: try material(user, "client-key"),
            verifiesPeer: cluster["insecure-skip-tls-verify"]?.flag != true)
        guard let server = cluster["server"]?.text else { throw Broken("\(path): the cluster has no server") }
        guard !headers.isEmpty || tls.clientCertificate != nil else {
            throw Broken("\(path): the kit needs a token, a login or a certificate for '\(name)', no program")
        }
        endpoint = APIEndpoint(.url(server), tls: tls, headers: headers, usesProxy: false)
    }
}
