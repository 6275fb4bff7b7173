import APIClient
import AdapterKit

/// Where the servers are and who we are there: what settings say, and what Nomad's own variables say where they do not.
struct NomadAddress: Sendable, Equatable {
    var endpoint: APIEndpoint
    /// `nil` for the agent's own.
    var region: String?
    var namespace: String

    static let hint = "scheduler-nomad:set --global address http://HOST:4646"

    /// - Throws: ``AdapterError`` when no address is known, or when what is set cannot be used.
    init(_ settings: AccessSettings, _ context: AdapterContext) throws {
        func value(_ setting: String?, _ variable: String) -> String? {
            setting ?? context.variables[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let text = value(settings.address, "NOMAD_ADDR") else {
            throw AdapterError(
                .invalidSettings, "no Nomad server is known: neither the property address nor NOMAD_ADDR is set",
                hint: Self.hint)
        }
        region = value(settings.region, "NOMAD_REGION")
        namespace = value(settings.namespace, "NOMAD_NAMESPACE") ?? "default"
        guard namespace != "*" else {
            throw AdapterError(
                .invalidSettings, "an app's jobs live in one namespace, not in '*'",
                hint: "scheduler-nomad:set --global namespace NAME")
        }
        endpoint = APIEndpoint(try Self.address(text))
        if let token = value(settings.token, "NOMAD_TOKEN") {
            guard token.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw AdapterError(
                    .invalidSettings, "the ACL token has blanks or line breaks in it",
                    hint: "scheduler-nomad:set --global token SECRET_ID")
            }
            endpoint.headers = [HTTPHeader("X-Nomad-Token", token)]
        }
        endpoint.tls.serverName = value(settings.serverName, "NOMAD_TLS_SERVER_NAME")
        endpoint.tls.verifiesPeer = !(try settings.skipsVerification ?? Self.flag("NOMAD_SKIP_VERIFY", context))
        endpoint.tls.certificateAuthority = try Self.authority(
            file: value(settings.authorityFile, "NOMAD_CACERT"),
            folder: value(settings.authorityFolder, "NOMAD_CAPATH"), context)
        let certificate = value(settings.clientCertificate, "NOMAD_CLIENT_CERT")
        let key = value(settings.clientKey, "NOMAD_CLIENT_KEY")
        guard (certificate == nil) == (key == nil) else {
            throw AdapterError(
                .invalidSettings,
                certificate == nil
                    ? "a client key is set, but no client certificate" : "a client certificate is set, but no key",
                hint: "scheduler-nomad:set --global \(certificate == nil ? "client-cert" : "client-key") PATH")
        }
        endpoint.tls.clientCertificate = try certificate.map(context.readFile)
        endpoint.tls.clientKey = try key.map(context.readFile)
    }

    private static func address(_ text: String) throws -> APIEndpoint.Address {
        func wrong(_ reason: String) -> AdapterError {
            AdapterError(
                .invalidSettings, "Nomad's address '\(Redaction.withoutUserInfo(text))' cannot be used: \(reason)",
                hint: hint)
        }
        if text.hasPrefix("unix://") {
            let path = String(text.dropFirst("unix://".count))
            guard path.hasPrefix("/") else { throw wrong("a socket's path begins with a slash") }
            // sun_path has 108 bytes, its end included.
            guard path.utf8.count < 108 else { throw wrong("the path is longer than a socket's may be") }
            return .unixSocket(path)
        }
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
            throw wrong("it begins with neither http:// nor https:// nor unix://")
        }
        let rest = text.dropFirst(scheme.count)
        guard let first = rest.first, first != "/", !text.contains(where: \.isWhitespace) else {
            throw wrong("it names no host")
        }
        return .url(text.hasSuffix("/") ? String(text.dropLast()) : text)
    }

    /// Go's words for yes and no.
    private static func flag(_ variable: String, _ context: AdapterContext) throws -> Bool {
        switch context.variables[variable] ?? "" {
        case "", "0", "f", "F", "false", "FALSE", "False": return false
        case "1", "t", "T", "true", "TRUE", "True": return true
        default:
            throw AdapterError(
                .invalidSettings, "\(variable) is neither true nor false",
                hint: "scheduler-nomad:set --global skip-verify false")
        }
    }

    private static func authority(file: String?, folder: String?, _ context: AdapterContext) throws -> [UInt8]? {
        if let file { return try context.readFile(file) }
        guard let folder else { return nil }
        let folderName = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let all = try context.listFolder(folderName).flatMap { name -> [UInt8] in
            // What is no certificate is passed over, as Nomad does.
            let bytes = (try? context.readFile(folderName + "/" + name)) ?? []
            return String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE") ? bytes + [10] : []
        }
        guard !all.isEmpty else {
            throw AdapterError(
                .invalidSettings, "there is no certificate in \(folder)",
                hint: "scheduler-nomad:set --global ca-cert PATH"
            )
        }
        return all
    }
}
