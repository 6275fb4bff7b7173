import CCurl

/// One exchange: libcurl's handle on one side, a waiting reader on the other.
///
/// The loop's thread writes into `state`, the reader takes from it. When more than ``highWater`` bytes wait for
/// the reader, the transfer pauses, and with it the server.
final class CurlTransfer: @unchecked Sendable {
    static let highWater = 256 * 1024

    /// Touched by the loop's thread only, once the transfer has been handed to it.
    let easy: CurlHandle
    let summary: String
    let endpointName: String
    private let state = Guarded(State())

    private struct State {
        var status = 0
        var headers: [HTTPHeader] = []
        var isHeadComplete = false
        var chunks: [[UInt8]] = []
        var waitingBytes = 0
        var isPaused = false
        var end: Result<Void, APIFailure>?
        var waiter: CheckedContinuation<Void, Never>?

        mutating func wake() {
            waiter?.resume()
            waiter = nil
        }
    }

    init(_ request: APIRequest, to endpoint: APIEndpoint) throws {
        easy = try CurlHandle(request, to: endpoint)
        summary = request.summary
        endpointName = endpoint.name
    }

    // MARK: the reader's side

    func head() async throws -> ResponseHead {
        while true {
            let head: ResponseHead? = try state.withLock { state in
                if state.isHeadComplete { return ResponseHead(status: state.status, headers: state.headers) }
                try state.end?.get()
                return state.end == nil ? nil : ResponseHead(status: state.status, headers: state.headers)
            }
            if let head { return head }
            await wait { $0.isHeadComplete || $0.end != nil }
        }
    }

    /// The bytes that have arrived, `nil` at the end, and whether the transfer is paused and must be resumed.
    func nextChunk() async throws -> (chunk: [UInt8]?, wasPaused: Bool) {
        while true {
            let found: (chunk: [UInt8]?, wasPaused: Bool)? = try state.withLock { state in
                if !state.chunks.isEmpty {
                    let chunk = state.chunks.count == 1 ? state.chunks[0] : Array(state.chunks.joined())
                    state.chunks.removeAll()
                    state.waitingBytes = 0
                    defer { state.isPaused = false }
                    return (chunk, state.isPaused)
                }
                guard let end = state.end else { return nil }
                try end.get()
                return (nil, false)
            }
            if let found { return found }
            await wait { !$0.chunks.isEmpty || $0.end != nil }
        }
    }

    private func wait(until isReady: (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if isReady(state) { continuation.resume() } else { state.waiter = continuation }
            }
        }
    }

    // MARK: the loop's side

    /// Installs the callbacks; `self` must outlive the handle's time in the loop.
    func attach() {
        ccurl_set_callbacks(
            easy.pointer,
            { data, size, count, context in
                guard let data, let context else { return 0 }
                let line = UnsafeRawBufferPointer(start: data, count: size * count)
                Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().received(headerLine: line)
                return size * count
            },
            { data, size, count, context in
                guard let data, let context else { return 0 }
                let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
                return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().received(body: bytes)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func received(headerLine bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        state.withLock { state in
            if line.hasPrefix("HTTP/") {
                // An interim answer (1xx) is followed by another head: start over.
                state.headers = []
                state.status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            } else if let header = HTTPHeader(line: line) {
                state.headers.append(header)
            } else if state.status >= 200 {
                state.isHeadComplete = true
                state.wake()
            }
        }
    }

    private func received(body bytes: UnsafeRawBufferPointer) -> Int {
        state.withLock { state in
            if state.waitingBytes >= Self.highWater {
                state.isPaused = true
                return Int(CURL_WRITEFUNC_PAUSE)
            }
            state.chunks.append(Array(bytes))
            state.waitingBytes += bytes.count
            state.wake()
            return bytes.count
        }
    }

    func ended(_ code: CURLcode) {
        let end: Result<Void, APIFailure> =
            code == CURLE_OK ? .success(()) : .failure(easy.failure(code, call: summary, endpoint: endpointName))
        state.withLock { state in
            guard state.end == nil else { return }
            state.end = end
            state.wake()
        }
    }
}

extension HTTPHeader {
    /// `Name: value`, or `nil` for a line that is none.
    init?(line: String) {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        var value = line[line.index(after: colon)...].drop { $0.isWhitespace }
        while let last = value.last, last.isWhitespace { value.removeLast() }
        self.init(String(line[..<colon]), String(value))
    }
}
