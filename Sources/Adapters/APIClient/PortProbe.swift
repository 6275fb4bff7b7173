import CCurl
import Glibc

/// Whether anything accepts connections at a TCP port.
package enum PortProbe {
    /// How long a forwarder takes at most to find that nobody is behind it.
    private static let forwarderMilliseconds: Int32 = 200

    /// Connects and hangs up.
    /// - Parameter isForwarded: whether a forwarder such as docker-proxy accepts in another's name: it hangs up at once
    ///   when nobody is behind it, which is taken for a refusal.
    /// - Throws: ``APIFailure`` when nobody accepts within `timeout`.
    package static func connect(host: String, port: Int, timeout: Duration, isForwarded: Bool = false) async throws {
        let endpoint = APIEndpoint(.url("http://\(host):\(port)"), usesProxy: false)
        let request = APIRequest(.get, "/", timeouts: Timeouts(connect: timeout, idle: nil, total: timeout))
        let handle = try CurlHandle(request, to: endpoint, connectOnly: true)
        let waiting = Guarded<CheckedContinuation<Void, any Error>?>(nil)
        let end: @Sendable (Result<Void, any Error>) -> Void = { result in
            waiting.taken()?.resume(with: result)
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                waiting.withLock { $0 = continuation }
                startThread {
                    let code = ccurl_easy_perform(handle.pointer)
                    let failure = handle.failure(code, call: "connect to port \(port)", endpoint: endpoint.name)
                    if code == CURLE_OK, isForwarded, isHungUp(ccurl_socket(handle.pointer)) {
                        end(.failure(APIFailure.unreachable(endpoint: endpoint.name, reason: .refused)))
                    } else {
                        end(code == CURLE_OK ? .success(()) : .failure(failure))
                    }
                }
            }
        } onCancel: {
            end(.failure(CancellationError()))
        }
    }

    /// Whether the other side hangs up soon, without a word.
    private static func isHungUp(_ socket: Int32) -> Bool {
        var asked = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&asked, 1, forwarderMilliseconds) > 0 else { return false }
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) <= 0
    }
}
