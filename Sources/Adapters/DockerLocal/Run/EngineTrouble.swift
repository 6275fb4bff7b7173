import APIClient
import AdapterKit
import DockerEngine

/// What the engine's failures mean to a person.
enum EngineTrouble {
    /// `error` in the host's terms; errors that are so already, and cancellation, pass through.
    /// - Parameter action: what was to be done, as in "could not ACTION".
    static func translate(_ error: any Error, while action: String) -> any Error {
        switch error {
        case let failure as APIFailure: return translate(failure, while: action)
        case is MultiplexedStream.Malformed:
            return AdapterError(.unexpectedReply, "could not \(action): the Docker Engine's stream is malformed")
        case let tooOld as EngineTooOld:
            return AdapterError(
                .unreachable,
                "the Docker Engine is too old: version \(tooOld.engine) speaks API \(tooOld.apiVersion), "
                    + "\(tooOld.needed) or newer is needed",
                hint: "upgrade the Docker Engine to 17.06 or newer")
        default: return error
        }
    }

    private static func translate(_ failure: APIFailure, while action: String) -> AdapterError {
        switch failure {
        case .unreachable(let endpoint, let reason):
            let hint =
                switch reason {
                case .permissionDenied: "add this user to the group that owns the socket: usermod -aG docker USER"
                case .missing, .refused: "start the engine: systemctl start docker, or set DOCKER_HOST"
                case .tls: "check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH"
                case .other: "check DOCKER_HOST"
                }
            return AdapterError(
                .unreachable, "could not \(action): no Docker Engine answers at \(endpoint)",
                details: [failure.description], hint: hint)
        case .interrupted:
            return AdapterError(
                .unreachable, "could not \(action): the connection to the Docker Engine was lost",
                details: [failure.description], hint: "see whether the engine runs: systemctl status docker")
        case .timedOut:
            return AdapterError(
                .timedOut, "could not \(action): the Docker Engine did not answer in time",
                details: [failure.description], hint: "see whether the engine is well: systemctl status docker")
        case .status(let status):
            let code: AdapterError.Code =
                switch status.status {
                case 401, 403: .denied
                case 404: .notFound
                case 409: .conflict
                case 400: .invalidInput
                default: .unexpectedReply
                }
            return AdapterError(code, "could not \(action): \(failure.description)")
        case .unexpectedReply:
            return AdapterError(
                .unexpectedReply, "could not \(action): what answers is no Docker Engine, or a strange one",
                details: [failure.description], hint: "check DOCKER_HOST")
        }
    }

    /// Runs `body` with its failures translated.
    @discardableResult
    static func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw translate(error, while: action)
        }
    }
}
