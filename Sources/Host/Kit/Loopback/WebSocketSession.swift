import APIClient
import Traffic

/// The server's side of a WebSocket.
actor WebSocketSession {
    private let input: RawInput
    private let writer: AnswerWriter
    private var decoder = WebSocketDecoder()
    private var waiting: [WebSocketMessage] = []
    private var hasSentClose = false

    init(_ input: RawInput, _ writer: AnswerWriter) {
        self.input = input
        self.writer = writer
    }

    /// The next message that means something to the workload; pings are answered here.
    func receive() async throws -> WebSocketMessage? {
        while true {
            while !waiting.isEmpty {
                let message = waiting.removeFirst()
                switch message {
                case .ping(let bytes): try await writer.raw(WebSocketMessage.pong(bytes).frame())
                case .pong: break
                case .close:
                    try? await send(message)
                    return nil
                default: return message
                }
            }
            guard let bytes = try await input.next() else { return nil }
            waiting += try decoder.take(bytes)
        }
    }

    func send(_ message: WebSocketMessage) async throws {
        guard !hasSentClose else { return }
        if case .close = message { hasSentClose = true }
        try await writer.raw(message.frame())
    }

    /// Says goodbye and waits a little for the client to do so.
    func close() async throws {
        try await send(.close(1000, ""))
        _ = try? await input.next()
    }
}
