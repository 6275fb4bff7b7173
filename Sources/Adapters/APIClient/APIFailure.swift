/// Why a call did not succeed, in the terms of HTTP. Adapters translate it; a person never sees it raw.
package enum APIFailure: Error, Sendable, Equatable {
    /// No connection came about. `reason` is the system's or libcurl's word for it.
    case unreachable(endpoint: String, reason: Unreachable)
    /// The connection broke or timed out after it stood.
    case interrupted(call: String, reason: String)
    case timedOut(call: String)
    /// The server answered with a status that the call did not expect.
    case status(StatusFailure)
    /// The answer could not be understood.
    case unexpectedReply(call: String, reason: String)

    package enum Unreachable: Sendable, Equatable {
        case missing
        case refused
        case permissionDenied
        case tls(String)
        case other(String)
    }

    package struct StatusFailure: Sendable, Equatable {
        package var call: String
        package var status: Int
        /// What the server said, without its wrapping; empty when it said nothing.
        package var message: String
        /// How long the server asks to wait before another try.
        package var retryAfter: Duration?
        /// The document that the server sent, for those who know its shape; empty when it was very long.
        package var body: [UInt8]

        static let longestBody = 65_536

        package init(call: String, status: Int, message: String, retryAfter: Duration? = nil, body: [UInt8] = []) {
            self.call = call
            self.status = status
            self.message = message
            self.retryAfter = retryAfter
            self.body = body.count > Self.longestBody ? [] : body
        }
    }

    /// The status, where the server did answer.
    package var status: Int? {
        if case .status(let failure) = self { failure.status } else { nil }
    }
}

extension APIFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let endpoint, let reason):
            switch reason {
            case .missing: "nothing listens at \(endpoint): there is no such socket"
            case .refused: "nothing listens at \(endpoint): the connection was refused"
            case .permissionDenied: "no permission to open \(endpoint)"
            case .tls(let text): "no trusted connection to \(endpoint): \(text)"
            case .other(let text): "\(endpoint) cannot be reached: \(text)"
            }
        case .interrupted(let call, let reason): "the connection broke during \(call): \(reason)"
        case .timedOut(let call): "\(call) was not answered in time"
        case .status(let failure):
            failure.message.isEmpty
                ? "\(failure.call) was answered with status \(failure.status)" : failure.message
        case .unexpectedReply(let call, let reason): "the answer to \(call) could not be understood: \(reason)"
        }
    }
}
