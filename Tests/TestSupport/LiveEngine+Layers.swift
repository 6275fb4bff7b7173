import APIClient
import DockerEngine
import Foundation

/// Images whose layers a test chooses, for what registries are sent.
extension LiveEngine {
    private struct Summary: Decodable, Sendable {
        var RepoTags: [String]?
        var RepoDigests: [String]?
    }

    /// Makes an image of one layer.
    /// - Parameter platform: such as `linux/arm64`; the machine's own if `nil`.
    package func makeImage(_ reference: String, layer: [UInt8], platform: String? = nil) async throws {
        let scratch = try Scratch()
        try Data(layer).write(to: URL(fileURLWithPath: scratch.path + "/base.bin"))
        _ = try await Tool.run("tar", "-C", scratch.path, "-cf", scratch.path + "/image.tar", "base.bin")
        let parts = reference.split(separator: ":").map(String.init)
        let query = ["fromSrc": "-", "repo": parts[0], "tag": parts[1], "platform": platform ?? ""]
        try await send(
            "/images/create", query, Array(Data(contentsOf: URL(fileURLWithPath: scratch.path + "/image.tar"))))
    }

    /// Makes an image of another with one layer on top.
    package func makeImage(_ reference: String, from base: String, layer: [UInt8]) async throws {
        let scratch = try Scratch()
        try Data(layer).write(to: URL(fileURLWithPath: scratch.path + "/top.bin"))
        try scratch.write("FROM \(base)\nADD top.bin /top.bin\n", to: "Dockerfile")
        _ = try await Tool.run(
            "tar", "-C", scratch.path, "-cf", scratch.path + "/context.tar", "Dockerfile", "top.bin")
        try await send(
            "/build", ["t": reference], Array(Data(contentsOf: URL(fileURLWithPath: scratch.path + "/context.tar"))))
    }

    private func send(_ path: String, _ query: [String: String], _ tar: [UInt8]) async throws {
        let items = query.filter { !$0.value.isEmpty }.map { QueryItem($0.key, $0.value) }
        try await engine.send(
            APICall<Void>(
                APIRequest(
                    .post, path, query: items, body: .init(bytes: tar, contentType: "application/x-tar"),
                    timeouts: .untilItEnds), expecting: [200]))
    }

    /// Gets an image from a registry that asks for no login.
    package func pull(_ reference: String) async throws {
        try await engine.send(
            APICall<Void>(
                APIRequest(.post, "/images/create", query: [QueryItem("fromImage", reference)], timeouts: .untilItEnds),
                expecting: [200]))
    }

    package func tag(_ image: String, _ repository: String, _ tag: String) async throws {
        try await engine.send(.tagImage(image, repository: repository, tag: tag))
    }

    /// The tags that images have in repositories that fit, such as `127.0.0.1:5000/*/*`.
    package func tags(_ pattern: String) async throws -> [String] {
        try await summaries(pattern).flatMap { $0.RepoTags ?? [] }.sorted()
    }

    private func summaries(_ pattern: String) async throws -> [Summary] {
        let filters = String(decoding: try JSONEncoder().encode(["reference": [pattern]]), as: UTF8.self)
        return try await engine.send(
            APICall<[Summary]>(APIRequest(.get, "/images/json", query: [QueryItem("filters", filters)])))
    }

    /// Takes away all names that images have in repositories that fit, and the images with their last name.
    package func removeImages(_ pattern: String) async throws {
        for summary in try await summaries(pattern) {
            for name in (summary.RepoTags ?? []) + (summary.RepoDigests ?? []) {
                try? await engine.send(.removeImage(name))
            }
        }
    }
}
