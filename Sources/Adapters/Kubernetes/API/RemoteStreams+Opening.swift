import APIClient

extension Cluster {
    /// Starts `command`, or joins what runs, over the best protocol that the server speaks.
    ///
    /// Where input must end, that is a WebSocket since 1.30 and SPDY before. Nothing is started by an attempt that the
    /// server refuses. Only a server with neither gives streams whose input cannot end.
    /// - Throws: ``APIFailure``.
    func streams(of command: RemoteCommand) async throws -> any RemoteStreams {
        guard command.needsEndOfInput else {
            return try await webSocket(command, [ExecChannels.newest, ExecChannels.oldest])
        }
        do {
            return try await webSocket(command, [ExecChannels.newest])
        } catch let failure as APIFailure where failure.isOfProtocol {
            do {
                return try await SPDYChannels.open(command, in: namespace, over: client)
            } catch let other as APIFailure where other.isOfProtocol {
                return try await webSocket(command, [ExecChannels.oldest])
            }
        }
    }

    private func webSocket(_ command: RemoteCommand, _ protocols: [String]) async throws -> any RemoteStreams {
        ExecChannels(
            try await WebSocketSession.open(
                command.request(.get, in: namespace), over: client, subprotocols: protocols))
    }
}

extension APIFailure {
    /// Whether the server may have refused the way in which it was asked, not what it was asked for.
    fileprivate var isOfProtocol: Bool {
        switch self {
        case .status(let status): [400, 403, 405, 426, 501].contains(status.status)
        case .unexpectedReply: true
        default: false
        }
    }
}
