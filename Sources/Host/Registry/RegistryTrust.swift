import APIClient

/// Whom the engine trusts as a registry: the authorities and certificates below `/etc/docker/certs.d`, in the folder of
/// the registry's name (dockerd, "Verify repository client with certificates").
struct RegistryTrust: Sendable {
    let repository: RepositoryName
    let context: RegistryContext

    /// - Throws: ``AdapterError`` when a file cannot be read.
    func settings() throws -> TLSSettings {
        let folder = "/etc/docker/certs.d/" + repository.registry
        let names = (try? context.listFolder(folder)) ?? []
        func files(_ suffix: String) throws -> [UInt8]? {
            let found = try names.filter { $0.hasSuffix(suffix) }.map { try context.readFile("\(folder)/\($0)") }
            return found.isEmpty ? nil : Array(found.joined(separator: [UInt8(ascii: "\n")]))
        }
        return TLSSettings(
            certificateAuthority: try files(".crt"), clientCertificate: try files(".cert"), clientKey: try files(".key")
        )
    }
}
