import APIClient
import AdapterKit
import FoundationEssentials

/// Who we are at a cluster. What a program or a file gave is kept until it expires or the server refuses it.
actor CredentialSource {
    private let address: ClusterAddress
    private let authority: [UInt8]?
    private let settings: KubernetesSettings
    private let context: AdapterContext
    private var making: Making?
    private var lastNumber = 0

    /// A credential that is there or on its way. A later one has a higher number.
    private struct Making: Sendable {
        var number: Int
        var task: Task<Credential, any Error>
    }

    /// A credential, and which of those that were made it is.
    struct Numbered: Sendable {
        var number: Int
        var credential: Credential
    }

    /// - Parameter authority: the cluster's, PEM; some programs that give credentials want to know it.
    init(_ address: ClusterAddress, authority: [UInt8]?, settings: KubernetesSettings, context: AdapterContext) {
        self.address = address
        self.authority = authority
        self.settings = settings
        self.context = context
    }

    /// The credential to use now.
    func current() async throws -> Numbered {
        let found = try await value(of: making ?? begin())
        guard let expires = found.credential.expires, expires <= context.now() else { return found }
        return try await successor(of: found.number)
    }

    /// What is to be tried after the server refused `refused`; `nil` when there is nothing else.
    func replacement(of refused: Numbered) async throws -> Credential? {
        guard address.user.exec != nil || address.user.tokenFile != nil else { return nil }
        let next = try await successor(of: refused.number)
        return next.credential == refused.credential ? nil : next.credential
    }

    /// Of several who ask at once, one begins and all wait.
    private func successor(of number: Int) async throws -> Numbered {
        if let making, making.number > number { return try await value(of: making) }
        return try await value(of: begin())
    }

    private func begin() -> Making {
        lastNumber += 1
        let begun = Making(number: lastNumber, task: Task { try await make() })
        making = begun
        return begun
    }

    private func value(of found: Making) async throws -> Numbered {
        do {
            let credential = try await withTaskCancellationHandler {
                try await found.task.value
            } onCancel: {
                found.task.cancel()
            }
            return Numbered(number: found.number, credential: credential)
        } catch {
            if making?.number == found.number { making = nil }
            // Somebody else who waited for it was cancelled.
            if error is CancellationError, !Task.isCancelled { return try await value(of: making ?? begin()) }
            throw error
        }
    }

    private func make() async throws -> Credential {
        let user = address.user
        var credential = Credential()
        if let file = user.tokenFile, let token = try token(file) {
            credential.headers.append(Self.bearer(token))
        } else if let token = user.token {
            credential.headers.append(Self.bearer(token))
        } else if let name = user.username {
            let pair = Data("\(name):\(user.password ?? "")".utf8).base64EncodedString()
            credential.headers.append(HTTPHeader("Authorization", "Basic \(pair)"))
        }
        credential.clientCertificate = try user.clientCertificate?.bytes(context.readFile)
        credential.clientKey = try user.clientKey?.bytes(context.readFile)
        if credential.headers.isEmpty, let plugin = user.exec {
            let answer = try await ExecPluginRun(
                plugin: plugin, address: address, authority: authority, context: context
            ).credential()
            credential.headers = answer.token.map { [Self.bearer($0)] } ?? []
            credential.clientCertificate = answer.clientCertificate ?? credential.clientCertificate
            credential.clientKey = answer.clientKey ?? credential.clientKey
            credential.expires = answer.expires
        }
        credential.headers += impersonation
        return credential
    }

    static func bearer(_ token: String) -> HTTPHeader { HTTPHeader("Authorization", "Bearer \(token)") }

    private var impersonation: [HTTPHeader] {
        let groups = settings.impersonatedGroups
        return [settings.impersonatedUser ?? address.user.impersonatedUser].compactMap { $0 }
            .map { HTTPHeader("Impersonate-User", $0) }
            + (groups.isEmpty ? address.user.impersonatedGroups : groups).map { HTTPHeader("Impersonate-Group", $0) }
    }

    /// `nil` when the file cannot be read but there is a token beside it.
    private func token(_ file: String) throws -> String? {
        do {
            let token = String(decoding: try context.readFile(file), as: UTF8.self).trimmed
            if !token.isEmpty { return token }
        } catch {
            guard address.user.token != nil else { throw error }
        }
        return nil
    }
}
