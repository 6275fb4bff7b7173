import APIClient
import DockerEngine

/// The last lines a container wrote, for a failure's message.
enum LastLines {
    static let count = 50
    /// A line longer than this is cut.
    static let longest = 2_000

    /// Oldest first, both channels as they came; empty when the engine cannot tell.
    static func of(_ id: String, engine: DockerEngine) async -> [String] {
        guard let bytes = try? await engine.send(.logs(id, tail: count)) else { return [] }
        var stream = MultiplexedStream()
        let payload = (try? stream.take(bytes))?.flatMap(\.bytes) ?? bytes
        var splitter = LineSplitter()
        var lines = splitter.lines(adding: payload)
        if let rest = splitter.remainder() { lines.append(rest) }
        return lines.suffix(count).map { line in
            String(decoding: line.prefix(longest).filter { $0 != 13 && $0 != 0 }, as: UTF8.self)
        }
    }
}
