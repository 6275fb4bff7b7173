import APIClient
import JSONDocument
import Traffic

/// The channels of one command, or of what a pod runs.
actor ChannelSession {
    enum Channel: UInt8 { case stdin, stdout, stderr, error, resize, close = 255 }

    private let messages: MessageChannel
    private(set) var size = (columns: 80, rows: 24)
    private var waiting: [[UInt8]] = []
    private var hasEnded = false
    private var reader: CheckedContinuation<Void, Never>?

    init(_ messages: MessageChannel) {
        self.messages = messages
    }

    func send(_ channel: Channel, _ bytes: [UInt8]) async throws {
        try await messages.send(.binary([channel.rawValue] + bytes))
    }

    /// Takes what the client says until it says no more.
    func read() async {
        while let message = try? await messages.receive() {
            guard case .binary(let bytes) = message, let first = bytes.first else { continue }
            switch Channel(rawValue: first) {
            case .stdin: waiting.append(Array(bytes.dropFirst()))
            case .resize:
                guard let wanted = try? JSONValue(parsing: Array(bytes.dropFirst())) else { continue }
                size = (wanted["Width"]?.whole ?? 80, wanted["Height"]?.whole ?? 24)
            case .close where bytes.count > 1 && bytes[1] == 0: hasEnded = true
            default: continue
            }
            wake()
        }
        hasEnded = true
        wake()
    }

    private func wake() {
        reader?.resume()
        reader = nil
    }

    func input() async -> [UInt8]? {
        while waiting.isEmpty {
            if hasEnded { return nil }
            await withCheckedContinuation { reader = $0 }
        }
        return waiting.removeFirst()
    }

    /// Says how the command ended.
    func end(_ status: Int32) async throws {
        var document: JSONValue = ["metadata": [:], "status": "Success"]
        if status != 0 {
            document = [
                "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
                "message": .string(
                    "command terminated with non-zero exit code: Error executing in Docker Container: \(status)"),
                "details": ["causes": [["reason": "ExitCode", "message": .string(String(status))]]],
            ]
        }
        try await send(.error, Array(document.compact.utf8))
        try await messages.send(.close(1000, ""))
    }
}
