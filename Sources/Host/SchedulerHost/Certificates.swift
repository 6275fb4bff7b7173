import AdapterKit
import DokkuIO
import ProcessStreams

/// The certificate of an app's domains (`certs:…`).
package struct Certificates: Sendable {
    private let host: Host
    private let app: AppName
    private let files: CertificateFiles

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
        files = CertificateFiles(host.layout, app)
    }

    /// Imports a certificate and its key.
    /// - Throws: ``AdapterError`` when a file is not what it should be or the two do not belong together.
    package func add(chain: String, key: String) async throws {
        func read(_ path: String, _ what: String) throws -> String {
            guard !path.isEmpty else {
                throw AdapterError(
                    .invalidInput, "\(what) file specified not found", hint: "certs:add \(app) server.crt server.key")
            }
            guard let text = try StateFiles.readText(path) else {
                throw AdapterError(
                    .notFound, "there is no file \(path)", hint: "certs:add \(app) server.crt server.key")
            }
            return text
        }
        let certificate = try Certificate(checking: read(chain, "CRT"), privateKey: read(key, "KEY"))
        try await requireMatch(chain, key)
        try files.keep(certificate)
        await host.console.step("Imported the certificate of \(app)")
        try await tellWhenItCounts()
    }

    package func remove() async throws {
        guard try files.read() != nil else {
            throw AdapterError(.notFound, "\(app) has no certificate", hint: "certs:add \(app) server.crt server.key")
        }
        try files.remove()
        await host.console.step("Removed the certificate of \(app)")
        try await tellWhenItCounts()
    }

    private func tellWhenItCounts() async throws {
        if try Reports(host).isDeployed(app) { await host.console.report(.detail("It counts from the next deploy on")) }
    }

    /// `certs:report`: what the certificate says of itself, and nothing of the key.
    package func report() async throws -> Report {
        let isThere = try files.read() != nil
        let told =
            isThere
            ? await Self.openssl([
                "x509", "-in", files.chainPath, "-noout", "-dates", "-issuer", "-subject", "-ext", "subjectAltName",
            ]) ?? "" : ""
        func value(_ name: String) -> String {
            told.split(separator: "\n").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
                ?? ""
        }
        let hosts = told.split(whereSeparator: { $0 == "," || $0.isWhitespace }).filter { $0.hasPrefix("DNS:") }
            .map { $0.dropFirst(4) }.joined(separator: " ")
        return Report(
            plugin: "ssl", subject: app.description,
            rows: [
                .init("--ssl-dir", files.folder), .init("--ssl-enabled", isThere ? "true" : "false"),
                .init("--ssl-hostnames", hosts), .init("--ssl-expires-at", value("notAfter")),
                .init("--ssl-starts-at", value("notBefore")), .init("--ssl-issuer", value("issuer")),
                .init("--ssl-subject", value("subject")),
            ])
    }

    /// A host without openssl takes the pair as it is.
    private func requireMatch(_ chain: String, _ key: String) async throws {
        guard let first = await Self.openssl(["x509", "-in", chain, "-noout", "-pubkey"]),
            let second = await Self.openssl(["pkey", "-in", key, "-pubout"])
        else { return }
        guard first != second else { return }
        throw AdapterError(
            .invalidInput, "the private key is not that of the certificate", details: [chain, key])
    }

    private static func openssl(_ words: [String]) async -> String? {
        guard let output = try? await HostPrograms.run(["openssl"] + words), output.isSuccess else { return nil }
        return output.text
    }
}
