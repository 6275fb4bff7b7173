import Conformance
import Foundation
import TestSupport

extension ThrowawayAuthority {
    /// A file as the `-data` fields of a kubeconfig have it.
    func base64(_ name: String) throws -> String { Data(try bytes(name)).base64EncodedString() }

    /// A certificate for `server` or `client` that was good until yesterday; left in the folder as `old.pem`.
    func expired(_ name: String) async throws -> [UInt8] {
        let made = try await Tool.run(
            "openssl", "x509", "-req", "-in", folder + "/\(name).csr", "-CA", folder + "/ca.pem", "-CAkey",
            folder + "/ca.key", "-CAcreateserial", "-days", "-1", "-extfile", folder + "/server.ext", "-out",
            folder + "/old.pem")
        guard made.status == 0 else { throw NotMade(description: made.error) }
        return try bytes("old.pem")
    }

    struct NotMade: Error, CustomStringConvertible { let description: String }
}
