import CCurl

/// Whether anything accepts connections at a TCP port.
package enum PortProbe {
    /// Connects and hangs up. Throws ``APIFailure`` when nobody accepts within `timeout`.
    package static func connect(host: String, port: Int, timeout: Duration) async throws {
        let endpoint = APIEndpoint(.url("http://\(host):\(port)"), usesProxy: false)
        let request = APIRequest(.get, "/", timeouts: Timeouts(connect: timeout, idle: nil, total: timeout))
        let handle = try CurlHandle(request, to: endpoint, connectOnly: true)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            startThread {
                let code = ccurl_easy_perform(handle.pointer)
                if code == CURLE_OK {
                    continuation.resume()
                } else {
                    continuation.resume(
                        throwing: handle.failure(code, call: "connect to port \(port)", endpoint: endpoint.name))
                }
            }
        }
    }
}
