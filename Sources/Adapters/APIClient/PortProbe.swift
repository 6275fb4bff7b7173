import CCurl

/// Whether anything accepts connections at a TCP port.
package enum PortProbe {
    /// Connects and hangs up. Throws ``APIFailure`` when nobody accepts within `timeout`.
    package static func connect(host: String, port: Int, timeout: Duration) async throws {
        let endpoint = APIEndpoint(.url("http://\(host):\(port)"), usesProxy: false)
        let request = APIRequest(.get, "/", timeouts: Timeouts(connect: timeout, idle: nil, total: timeout))
        let handle = try CurlHandle(request, to: endpoint, connectOnly: true)
        let waiting = Guarded<CheckedContinuation<Void, any Error>?>(nil)
        let end: @Sendable (Result<Void, any Error>) -> Void = { result in
            waiting.withLock { waiting in
                waiting?.resume(with: result)
                waiting = nil
            }
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                waiting.withLock { $0 = continuation }
                startThread {
                    let code = ccurl_easy_perform(handle.pointer)
                    let failure = handle.failure(code, call: "connect to port \(port)", endpoint: endpoint.name)
                    end(code == CURLE_OK ? .success(()) : .failure(failure))
                }
            }
        } onCancel: {
            end(.failure(CancellationError()))
        }
    }
}
