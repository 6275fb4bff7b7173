import CCurl

/// The transport over the system's libcurl: unix sockets, TCP, TLS, proxies.
///
/// One thread drives all transfers of one endpoint; connections are kept and used again.
package final class CurlTransport: APITransport {
    private let endpoint: APIEndpoint
    private let loop = CurlLoop()

    package init(endpoint: APIEndpoint) {
        self.endpoint = endpoint
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        let streamed = try await stream(request)
        var body: [UInt8] = []
        for try await chunk in streamed.body { body += chunk }
        return APIResponse(head: streamed.head, body: body)
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse {
        try Task.checkCancellation()
        let transfer = try CurlTransfer(request, to: endpoint)
        loop.start(transfer)
        // The transfer goes on as long as somebody can still read it.
        let reader = CurlReader(transfer: transfer, loop: loop)
        let head = try await reader.head()
        return StreamedResponse(head: head, body: ByteStream { try await reader.next() })
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        try await UpgradedConnection.open(request, to: endpoint)
    }
}

/// The reading end of a transfer. Letting go of it ends the transfer.
private final class CurlReader: Sendable {
    private let transfer: CurlTransfer
    private let loop: CurlLoop

    init(transfer: CurlTransfer, loop: CurlLoop) {
        self.transfer = transfer
        self.loop = loop
    }

    deinit {
        loop.cancel(transfer)
    }

    func head() async throws -> ResponseHead {
        try await cancelling { try await self.transfer.head() }
    }

    func next() async throws -> [UInt8]? {
        let (chunk, wasPaused) = try await cancelling { try await self.transfer.nextChunk() }
        if wasPaused { loop.resume(transfer) }
        return chunk
    }

    private func cancelling<Value: Sendable>(_ wait: @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await withTaskCancellationHandler(operation: wait) { loop.cancel(transfer) }
        } catch {
            try Task.checkCancellation()
            throw error
        }
    }
}
