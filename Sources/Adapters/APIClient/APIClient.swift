/// Sends typed calls over a transport and turns answers into replies or ``APIFailure``.
package struct APIClient: Sendable {
    package let transport: any APITransport

    package init(transport: any APITransport) {
        self.transport = transport
    }

    /// Sends `call`; throws ``APIFailure`` when it does not succeed, `CancellationError` when cancelled.
    package func send<Reply>(_ call: APICall<Reply>) async throws -> Reply {
        let response = try await transport.response(to: call.request)
        guard call.expected.contains(response.status) else {
            throw APIFailure.refused(call.request, response)
        }
        do {
            return try call.decode(response)
        } catch {
            throw APIFailure.unexpectedReply(call: call.request.summary, reason: decodingProblem(error))
        }
    }

    /// Sends `request` and returns its body as it arrives; throws when the status is not 200.
    package func stream(_ request: APIRequest) async throws -> ByteStream {
        let response = try await transport.stream(request)
        guard response.head.status == 200 else {
            let body = try await response.body.bytes(atMost: 65_536)
            throw APIFailure.refused(request, APIResponse(head: response.head, body: body))
        }
        return response.body
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        try await transport.upgrade(request)
    }
}

extension APIFailure {
    /// The failure that an unexpected `response` to `request` stands for.
    package static func refused(_ request: APIRequest, _ response: APIResponse) -> APIFailure {
        .status(
            StatusFailure(
                call: request.summary, status: response.status, message: ServerMessage.text(of: response.body),
                retryAfter: response.head.header("retry-after").flatMap { Int($0) }.map { .seconds($0) },
                body: response.body))
    }
}

private func decodingProblem(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
        context.codingPath.isEmpty ? "the document" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context)) lacks \(key.stringValue)"
    case .typeMismatch(let type, let context): return "\(place(context)) is no \(type)"
    case .valueNotFound(_, let context): return "\(place(context)) is empty"
    case .dataCorrupted: return "it is no valid JSON"
    @unknown default: return "it has another shape than expected"
    }
}
