import JSONDocument
import Traffic

/// The frames of one conversation, as they come and go.
actor FrameLog {
    private(set) var frames: [Frame] = []
    private let start = ContinuousClock().now
    private let begun: @Sendable () async -> Int
    /// Exchanges that had begun when this one's head was there.
    private let begunBefore: Int
    private let isBackground: Bool
    private var output = ""

    init(begunBefore: Int, isBackground: Bool, begun: @escaping @Sendable () async -> Int) {
        self.begunBefore = begunBefore
        self.isBackground = isBackground
        self.begun = begun
    }

    /// Keeps what a stream brought, unless it repeats the frame before.
    /// - Returns: whether this was the last that is wanted.
    func received(_ channel: String, _ content: RecordedBody, _ stream: Scenario.Stream) async -> Bool {
        let isLast = stream.until?.holds(status: 200, content.json) ?? false
        func repeats(_ earlier: JSONValue, _ document: JSONValue) -> Bool {
            stream.distinct.allSatisfy { $0.value(in: earlier) == $0.value(in: document) }
        }
        if !stream.distinct.isEmpty, let document = content.json,
            let earlier = frames.last?.content.json, repeats(earlier, document)
        {
            return isLast
        }
        await append(.received, channel, content)
        return isLast || frames.count == stream.frames
    }

    func heard(_ channel: String, _ content: RecordedBody) async {
        if channel == "stdout" || channel == "stderr" || channel == "raw" {
            output += String(decoding: content.bytes, as: UTF8.self)
        }
        await append(.received, channel, content)
    }

    func sent(_ channel: String, _ content: RecordedBody) async { await append(.sent, channel, content) }

    private func append(_ direction: Frame.Direction, _ channel: String, _ content: RecordedBody) async {
        let time = (ContinuousClock().now - start) / .milliseconds(1)
        let number = isBackground ? await begun() : begunBefore
        frames.append(
            Frame(
                time: Int(time), direction, channel, content, after: number > begunBefore ? number : nil))
    }

    /// Waits a little for the first frame.
    func waitForGreeting() async {
        for _ in 0..<50 where frames.isEmpty { try? await Task.sleep(for: .milliseconds(10)) }
    }

    func waitForOutput(_ text: String) async throws {
        while !output.contains(text) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// The frames with neighbours of one channel made one: where a stream is cut is chance.
    var joined: [Frame] {
        frames.reduce(into: []) { joined, frame in
            // Kubernetes opens a channel with a message that says nothing, sometimes twice.
            if frame.content == .none, frame.channel != "close",
                joined.contains(where: { $0.channel == frame.channel && $0.direction == frame.direction })
            {
                return
            }
            guard let last = joined.last, last.channel == frame.channel, last.direction == .received,
                frame.direction == .received, ["stdout", "stderr", "raw"].contains(frame.channel),
                last.content != .none, frame.content != .none
            else { return joined.append(frame) }
            let bytes = last.content.bytes + frame.content.bytes
            joined[joined.count - 1].content =
                String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
        }
    }
}
