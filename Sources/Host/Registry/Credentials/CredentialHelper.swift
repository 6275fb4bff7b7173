import AdapterKit
import FoundationEssentials

/// One of Docker's credential helpers: a program that keeps logins (`credHelpers` and `credsStore` of `config.json`).
package struct CredentialHelper: Sendable {
    private let name: String
    private let run: @Sendable ([String], [UInt8]) async throws -> ProgramOutput

    /// - Parameters:
    ///   - name: as in `config.json`: `ecr-login` for `docker-credential-ecr-login`.
    ///   - run: runs a program with something to read. Secrets go in and out there only, never as a word of a command.
    package init(_ name: String, run: @escaping @Sendable ([String], [UInt8]) async throws -> ProgramOutput) {
        self.name = name
        self.run = run
    }

    private var program: String { "docker-credential-" + name }

    private struct Document: Codable {
        var ServerURL: String?
        var Username: String
        var Secret: String
    }

    /// The login at `server`; `nil` when the helper has none.
    package func get(_ server: String) async throws -> Login? {
        let output = try await run([program, "get"], Array(server.utf8))
        guard output.status == .success else {
            let words = String(decoding: output.output, as: UTF8.self).trimmed
            if words.contains("credentials not found") { return nil }
            throw trouble("gives no login for \(server)", output)
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(output.output)) else {
            throw AdapterError(.unexpectedReply, "\(program) said nothing that is a login for \(server)")
        }
        return Login(username: document.Username, password: document.Secret)
    }

    package func store(_ login: Login, for server: String) async throws {
        let document = Document(ServerURL: server, Username: login.username, Secret: login.password)
        let output = try await run([program, "store"], Array(try JSONEncoder().encode(document)))
        guard output.status == .success else { throw trouble("did not keep the login at \(server)", output) }
    }

    package func erase(_ server: String) async throws {
        let output = try await run([program, "erase"], Array(server.utf8))
        guard output.status == .success else { throw trouble("did not forget the login at \(server)", output) }
    }

    /// What the program wrote may hold a secret, so only its status is told.
    private func trouble(_ what: String, _ output: ProgramOutput) -> AdapterError {
        AdapterError(
            .denied, "\(program) \(what): it ended with status \(output.status.rawValue)",
            hint: "see what it says: \(program) list")
    }
}
