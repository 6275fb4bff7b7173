import APIClient
import AdapterKit

/// What Nomad's failures mean to a person.
enum NomadTrouble {
    /// `error` in the host's terms; errors that are so already, and cancellation, pass through.
    /// - Parameter action: what was to be done, as in "could not ACTION".
    static func translate(_ error: any Error, while action: String) -> any Error {
        guard let failure = error as? APIFailure else { return error }
        return translate(failure, while: action)
    }

    /// Runs `body` with its failures translated.
    static func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw translate(error, while: action)
        }
    }

    private static func translate(_ failure: APIFailure, while action: String) -> AdapterError {
        switch failure {
        case .status(let status): return StatusTrouble(status, while: action).error
        case .unreachable(let endpoint, .tls(let text)): return TLSTrouble(endpoint, text, while: action).error
        // With TLS 1.3, a server refuses our certificate after it has let us speak.
        case .interrupted(let call, let text) where text.contains("alert"):
            return TLSTrouble(call, text, while: action).error
        case .unreachable(let endpoint, _):
            return AdapterError(
                .unreachable, "could not \(action): no Nomad server answers at \(endpoint)",
                details: [failure.description], hint: NomadAddress.hint)
        case .interrupted:
            return AdapterError(
                .unreachable, "could not \(action): the connection to the Nomad server was lost",
                details: [failure.description], hint: "doctor")
        case .timedOut:
            return AdapterError(
                .timedOut, "could not \(action): the Nomad server did not answer in time",
                details: [failure.description], hint: "doctor")
        case .unexpectedReply:
            return AdapterError(
                .unexpectedReply, "could not \(action): what answers is no Nomad server, or a strange one",
                details: [failure.description], hint: NomadAddress.hint)
        }
    }
}

/// Trust in one direction or the other that does not come about.
private struct TLSTrouble {
    let place: String
    let text: String
    let action: String

    init(_ place: String, _ text: String, while action: String) {
        self.place = place
        self.text = text
        self.action = action
    }

    var error: AdapterError {
        let lower = text.lowercased()
        let (problem, hint) =
            if lower.contains("alert") {
                (
                    "the server does not take our certificate",
                    "scheduler-nomad:set --global client-cert PATH, and client-key"
                )
            } else if lower.contains("expired") || lower.contains("not yet valid") {
                ("the server's certificate is not good now", "see whether this machine's clock is right: date")
            } else if lower.contains("subject name") || lower.contains("subjectaltname") || lower.contains("match") {
                (
                    "the server's certificate is for another name",
                    "scheduler-nomad:set --global tls-server-name server.REGION.nomad"
                )
            } else if lower.contains("wrong version number") || lower.contains("http_request") {
                ("the server does not speak TLS", "scheduler-nomad:set --global address http://HOST:4646")
            } else {
                (
                    "the server's certificate is not signed by an authority that is trusted here",
                    "scheduler-nomad:set --global ca-cert PATH"
                )
            }
        return AdapterError(
            .unreachable, "could not \(action): \(problem) (\(place))", details: ["TLS says: \(text)"], hint: hint)
    }
}
