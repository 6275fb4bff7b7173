import APIClient
import AdapterKit
import DockerEngine

/// The last lines a container wrote, for a failure's message.
enum LastLines {
    static let count = 50
    /// A line longer than this is cut.
    static let longest = 2_000

    /// Shows the last lines of an instance that failed, as Dokku does (contract 2.6).
    /// - Returns: what was shown.
    static func show(
        of id: String, _ instance: InstanceName, _ app: AppName, mask: SecretMask, engine: DockerEngine,
        console: any Console
    ) async -> [String] {
        let lines = await Task { await of(id, engine: engine) }.value.map(mask.masked)
        let title = "\(app) container output (\(id.prefix(12)) \(instance))"
        await console.report(.headline("Start of \(title)"))
        for line in lines { await console.report(.detail(line)) }
        await console.report(.headline("End of \(title)"))
        return lines
    }

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
