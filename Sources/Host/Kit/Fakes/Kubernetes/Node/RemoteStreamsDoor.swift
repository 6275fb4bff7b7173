import APIClient
import Traffic

/// How a remote command's streams are opened: as a WebSocket, or over SPDY/3.1.
enum RemoteStreamsDoor {
    /// Lets `talk` have the streams that `request` asks for.
    static func answer(
        _ request: ServedRequest, minor: Int, _ talk: @escaping @Sendable (MessageChannel) async throws -> Void
    ) throws(APIProblem) -> Answer {
        let newest = "v5.channel.k8s.io"
        let oldest = "v4.channel.k8s.io"
        func asked(_ header: String) -> [String] {
            request.headers.filter { $0.name.lowercased() == header }
                .flatMap { $0.value.split(separator: ",").map { $0.trimmed } }
        }
        switch request.upgrade {
        case "websocket":
            let names = asked("sec-websocket-protocol")
            // Older servers know no way to end input.
            guard let chosen = (minor >= 30 ? [newest, oldest] : [oldest]).first(where: names.contains) else {
                // As a real one does: it gives no reason.
                return .empty(403)
            }
            return .webSocket(AnswerHead(101, [HTTPField("Sec-WebSocket-Protocol", chosen)]), talk: talk)
        case "spdy/3.1":
            let names = asked("x-stream-protocol-version")
            guard names.contains(oldest) else {
                throw APIProblem(
                    403, "Forbidden", "unable to upgrade: unable to negotiate protocol: client supports \(names)")
            }
            let wanted = RemoteStream.wanted(by: request)
            return .upgrade(AnswerHead(101, [HTTPField("X-Stream-Protocol-Version", oldest)])) { bytes in
                let server = SPDYServer(bytes, wanted: wanted)
                try await server.open()
                try await talk(
                    MessageChannel(receive: { try await server.receive() }, send: { try await server.send($0) }))
                try await server.close()
            }
        default: throw .badRequest("Upgrade request required")
        }
    }
}
