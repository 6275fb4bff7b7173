import APIClient
import AdapterKit

/// What a cluster's failures mean to a person.
enum ClusterTrouble {
    /// `error` in the host's terms; errors that are so already, and cancellation, pass through.
    /// - Parameter action: what was to be done, as in "could not ACTION".
    static func translate(_ error: any Error, while action: String) -> any Error {
        switch error {
        case let problem as KubeconfigProblem: return translate(problem)
        case let failure as APIFailure: return translate(failure, while: action)
        default: return error
        }
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
        case .unreachable(let endpoint, let reason):
            let hint =
                switch reason {
                case .refused, .missing: "see whether the API server runs, and whether its address is right: doctor"
                case .tls: "check the certificates in the kubeconfig: doctor"
                case .permissionDenied, .other: "check the server's address and the proxy in the kubeconfig: doctor"
                }
            return AdapterError(
                .unreachable, "could not \(action): no Kubernetes API server answers at \(endpoint)",
                details: [failure.description], hint: hint)
        case .interrupted:
            return AdapterError(
                .unreachable, "could not \(action): the connection to the API server was lost",
                details: [failure.description], hint: "see whether the API server is well: doctor")
        case .timedOut:
            return AdapterError(
                .timedOut, "could not \(action): the API server did not answer in time",
                details: [failure.description], hint: "see whether the API server is well: doctor")
        case .unexpectedReply:
            return AdapterError(
                .unexpectedReply, "could not \(action): what answers is no Kubernetes API server, or a strange one",
                details: [failure.description], hint: "check the server's address in the kubeconfig: doctor")
        }
    }

    private static func translate(_ problem: KubeconfigProblem) -> AdapterError {
        func list(_ known: [String]) -> String {
            known.isEmpty ? "it has no contexts" : "it has the contexts \(known.joined(separator: ", "))"
        }
        let hint = "scheduler-kubernetes:set --global context NAME"
        switch problem {
        case .malformed(let file, let text):
            return AdapterError(
                .invalidSettings, "the kubeconfig \(file) cannot be used: \(text)", hint: ClusterSearch.hint)
        case .noContext(let known):
            return AdapterError(
                .invalidSettings, "the kubeconfig does not say which context to use", details: [list(known)],
                hint: hint)
        case .unknownContext(let name, let known):
            return AdapterError(
                .invalidSettings, "the kubeconfig has no context '\(name)'", details: [list(known)], hint: hint)
        case .unknownEntry(let context, let kind, let name):
            return AdapterError(
                .invalidSettings,
                "the kubeconfig's context '\(context)' names a \(kind) '\(name)' that it does not have",
                hint: ClusterSearch.hint)
        case .authProvider(let user, let name):
            return AdapterError(
                .invalidSettings,
                "the kubeconfig's user '\(user)' uses the auth-provider '\(name)', which Kubernetes' clients no longer have",
                hint: "give the user an exec plugin instead, or a token")
        }
    }
}
