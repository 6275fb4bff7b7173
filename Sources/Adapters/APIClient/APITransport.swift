/// What carries requests to one server. Decorators (``RetryingTransport``) have the same shape.
package protocol APITransport: Sendable {
    /// Sends `request` and reads the whole answer, whatever its status.
    ///
    /// Throws ``APIFailure`` when no answer came, `CancellationError` when the task was cancelled.
    func response(to request: APIRequest) async throws -> APIResponse

    /// Sends `request` and returns when the head of the answer is there.
    func stream(_ request: APIRequest) async throws -> StreamedResponse

    /// Sends `request` with an upgrade to a raw byte stream, as Docker's attach and exec ask for.
    ///
    /// Throws ``APIFailure/status(_:)`` when the server answers with anything but 101 or 200.
    func upgrade(_ request: APIRequest) async throws -> UpgradedConnection
}

extension APITransport {
    /// Sends `request` and reads the answer, of its body no more than about `limit` bytes.
    package func response(to request: APIRequest, atMost limit: Int) async throws -> APIResponse {
        let streamed = try await stream(request)
        return APIResponse(head: streamed.head, body: try await streamed.body.bytes(atMost: limit))
    }
}
