import AdapterKit
import Foundation
import Loopback
import ProcessStreams

/// A certificate authority for one run, made with the program `openssl`: nobody else will ever trust it.
package struct ThrowawayAuthority: Sendable {
    /// Holds `ca.pem`, `server.pem`, `server.key`, `cert.pem` and `key.pem`: the names that `DOCKER_CERT_PATH` wants.
    package let folder: String

    /// One that was made before.
    package init(folder: String) { self.folder = folder }

    /// - Throws: ``Broken`` when `openssl` cannot make it.
    package static func make(in folder: String) async throws -> ThrowawayAuthority {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func openssl(_ words: [String]) async throws {
            let made = try await HostPrograms.run(["openssl"] + words)
            guard made.isSuccess else { throw Broken("openssl could not make a certificate: \(made.text)") }
        }
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try await openssl(
            [
                "req", "-x509", "-days", "2", "-subj", "/CN=kit", "-keyout", folder + "/ca.key", "-out",
                folder + "/ca.pem",
            ]
                + newKey)
        try Data("subjectAltName=IP:127.0.0.1,DNS:localhost\n".utf8).write(
            to: URL(fileURLWithPath: folder + "/server.ext"))
        for (name, certificate, key) in [("server", "server.pem", "server.key"), ("client", "cert.pem", "key.pem")] {
            try await openssl(
                ["req", "-subj", "/CN=" + name, "-keyout", folder + "/" + key, "-out", folder + "/\(name).csr"] + newKey
            )
            try await openssl([
                "x509", "-req", "-in", folder + "/\(name).csr", "-CA", folder + "/ca.pem", "-CAkey", folder + "/ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", folder + "/server.ext", "-out", folder + "/" + certificate,
            ])
        }
        return ThrowawayAuthority(folder: folder)
    }

    package func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }

    /// What a server shows.
    package func identity() throws -> TLSIdentity {
        TLSIdentity(certificate: try bytes("server.pem"), key: try bytes("server.key"))
    }
}

/// The authority that all servers of a run share: making one takes five calls of `openssl`, longer than many a case.
package struct SharedAuthority: Sendable {
    private let made = Once {
        let folder = try TemporaryFolder()
        return (folder, try await ThrowawayAuthority.make(in: folder.path + "/tls"))
    }

    package init() {}

    /// The authority, made when it is first asked for. Its files are there as long as this is.
    /// - Throws: ``Broken`` when `openssl` cannot make it.
    package func authority() async throws -> ThrowawayAuthority { try await made.value().1 }
}
