import Scenarios
import Traffic

/// Takes a stream apart, whatever it holds: documents, Docker's frames, lines of a log.
struct StreamSplitter: Sendable {
    private var splitter: FrameSplitter?

    init(_ request: ServedRequest) {
        let last = request.pathParts.last ?? ""
        if ["events", "wait"].contains(last) || request.flag("watch") {
            splitter = FrameSplitter(.json)
        } else if last == "log" {
            splitter = FrameSplitter(.lines)
        }
    }

    mutating func take(_ bytes: [UInt8]) -> [(channel: String, content: RecordedBody)] {
        if splitter == nil {
            // A container with a terminal has no frames.
            let hasFrames = bytes.count >= 8 && bytes[0] < 3 && bytes[1...3].allSatisfy { $0 == 0 }
            splitter = FrameSplitter(hasFrames ? .docker : nil)
        }
        return (try? splitter?.take(bytes)) ?? [("raw", RecordedBody(bytes))]
    }

    mutating func rest() -> [(channel: String, content: RecordedBody)] { splitter?.rest() ?? [] }
}

/// Listens to a remote command's streams over SPDY and tells what goes over which.
struct SPDYTap: Sendable {
    private var client = SPDYReader()
    private var server = SPDYReader()
    private var streams: [UInt32: RemoteStream] = [:]
    private let wanted: [RemoteStream]

    init(_ request: ServedRequest) {
        wanted = RemoteStream.wanted(by: request)
    }

    mutating func sent(_ bytes: [UInt8]) -> [(channel: String, content: RecordedBody)] {
        var found: [(channel: String, content: RecordedBody)] = []
        for piece in client.take(bytes) {
            switch piece {
            case .opened(let number, let type):
                let next = wanted.first { !streams.values.contains($0) }
                streams[number] = RemoteStream(type: type) ?? next
            case .data(let number, let payload, let isLast):
                guard let stream = streams[number] else { continue }
                if !payload.isEmpty { found.append(("\(stream)", RecordedBody.plain(payload))) }
                if isLast { found.append(("close", .text("\(stream)"))) }
            case .ping, .goodbye, .other: continue
            }
        }
        return found
    }

    mutating func received(_ bytes: [UInt8]) -> [(channel: String, content: RecordedBody)] {
        server.take(bytes).compactMap { piece in
            guard case .data(let number, let payload, _) = piece, !payload.isEmpty, let stream = streams[number] else {
                return nil
            }
            return ("\(stream)", stream == .error ? RecordedBody(payload) : RecordedBody.plain(payload))
        }
    }
}

extension RecordedBody {
    /// Text where it is text, else bytes: what a person typed is no document.
    fileprivate static func plain(_ bytes: [UInt8]) -> RecordedBody {
        String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }
}
