import AdapterKit

/// An app's certificate where Dokku keeps it: `tls/server.crt` and `tls/server.key` in the app's folder (contract 3.8).
package struct CertificateFiles: Sendable {
    private let layout: DokkuLayout
    private let app: AppName

    package init(_ layout: DokkuLayout, _ app: AppName) {
        self.layout = layout
        self.app = app
    }

    package var folder: String { layout.app(app, "tls") }
    package var chainPath: String { folder + "/server.crt" }
    package var keyPath: String { folder + "/server.key" }

    /// The certificate, `nil` when none was imported.
    package func read() throws -> Certificate? {
        guard let chain = try StateFiles.readText(chainPath), let key = try StateFiles.readText(keyPath) else {
            return nil
        }
        return Certificate(chain: chain, privateKey: key)
    }

    /// Both files change together; nobody else can read them.
    package func keep(_ certificate: Certificate) throws {
        try FileBatch.prepare([
            .init(chainPath, text: certificate.chain), .init(keyPath, text: certificate.privateKey),
        ]).commit()
    }

    package func remove() throws { try StateFiles.removeFolder(folder) }
}

extension Certificate {
    /// Takes what a person gives for a certificate and its key.
    /// - Throws: ``AdapterError`` that says which of them is none; nothing of the key is shown.
    package init(checking chain: String, privateKey: String) throws {
        func wrong(_ what: String) -> AdapterError {
            AdapterError(.invalidInput, what, hint: "certs:add APP server.crt server.key")
        }
        let certificates = PEM.labels(in: chain)
        guard !certificates.isEmpty, certificates.allSatisfy({ $0 == "CERTIFICATE" }) else {
            throw wrong(
                certificates.contains { $0.hasSuffix("PRIVATE KEY") }
                    ? "the certificate's file holds a private key" : "the certificate's file holds no certificate (PEM)"
            )
        }
        let keys = PEM.labels(in: privateKey).filter { $0 != "EC PARAMETERS" }
        if keys.contains("ENCRYPTED PRIVATE KEY") || privateKey.contains("Proc-Type: 4,ENCRYPTED") {
            throw wrong("the private key is encrypted: nobody is there to type its passphrase")
        }
        guard keys.count == 1, keys[0].hasSuffix("PRIVATE KEY") else {
            throw wrong("the key's file holds no single private key (PEM)")
        }
        self.init(chain: chain, privateKey: privateKey)
    }
}
