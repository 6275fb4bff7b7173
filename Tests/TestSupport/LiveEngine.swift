import APIClient
import DockerEngine
import Foundation
import Glibc

/// A real Docker Engine for live tests: the one of `DOCKER_HOST`, else of the usual socket.
package struct LiveEngine: Sendable {
    let engine: DockerEngine
    /// The image that tests deploy: busybox with a web page.
    package static let image = "linkspan-test/web:1"
    /// The same with another page.
    package static let secondImage = "linkspan-test/web:2"
    /// One that looks as if herokuish had built it.
    package static let herokuishImage = "linkspan-test/herokuish:1"
    /// One that looks as if Cloud Native Buildpacks had built it.
    package static let packImage = "linkspan-test/pack:1"

    /// Why live tests cannot run here; `nil` when they can.
    package static let obstacle: String? = {
        let host = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
        guard host.hasPrefix("unix://") else { return "DOCKER_HOST is \(host); live tests use a unix socket" }
        let path = String(host.dropFirst(7))
        guard answers(path) else { return "no Docker Engine answers at \(path)" }
        guard FileManager.default.isExecutableFile(atPath: "/bin/busybox") else {
            return "/bin/busybox (Debian's busybox-static) is missing"
        }
        return nil
    }()

    /// For `.enabled(if:)`; says once why live tests are skipped.
    package static let isAvailable: Bool = {
        if let obstacle { FileHandle.standardError.write(Data("live tests are skipped: \(obstacle)\n".utf8)) }
        return obstacle == nil
    }()

    private static func answers(_ path: String) -> Bool {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < 108 else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Connects and makes the images that are missing.
    package static func connect() async throws -> LiveEngine {
        let endpoint = try EngineAddress.endpoint(
            host: ProcessInfo.processInfo.environment["DOCKER_HOST"], verifyTLS: false, certificateFolder: nil,
            readFile: { _ in [] })
        let live = LiveEngine(engine: try await DockerEngine.connect(to: endpoint) { $0 })
        try await live.makeImage(image, page: "release one")
        try await live.makeImage(secondImage, page: "release two")
        try await live.makeImage(
            herokuishImage, page: "herokuish", changes: ["ENV USER=herokuishuser"],
            scripts: [
                "start": "echo \"/start $*\"; exec httpd -f -p $PORT -h /www",
                "exec": "echo \"/exec as $USER\"; exec \"$@\"",
            ])
        try await live.makeImage(
            packImage, page: "pack", changes: ["LABEL io.buildpacks.stack.id=test"],
            scripts: ["bin/launcher": "echo launched; exec \"$@\"", "workspace/file": ""])
        return live
    }

    /// Imports a file system of busybox and a page as an image: no registry, no build.
    /// - Parameters:
    ///   - changes: lines of a Dockerfile.
    ///   - scripts: shell scripts by path.
    private func makeImage(
        _ reference: String, page: String, changes: [String] = [], scripts: [String: String] = [:]
    ) async throws {
        if (try? await engine.send(.inspectImage(reference))) != nil { return }
        let scratch = try Scratch()
        try scratch.write(page + "\n", to: "root/www/index.html")
        try FileManager.default.createDirectory(atPath: scratch.path + "/root/bin", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "/bin/busybox", toPath: scratch.path + "/root/bin/busybox")
        for applet in [
            "sh", "httpd", "cat", "sleep", "echo", "env", "wc", "stty", "kill", "touch", "ls", "seq", "true",
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path + "/root/bin/" + applet, withDestinationPath: "busybox")
        }
        for (path, text) in scripts {
            let file = try scratch.write("#!/bin/sh\n\(text)\n", to: "root/" + path)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        }
        _ = try await Tool.run("tar", "-C", scratch.path + "/root", "-cf", scratch.path + "/image.tar", ".")
        let parts = reference.split(separator: ":").map(String.init)
        let tar = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/image.tar")))
        try await engine.send(
            APICall<Void>(
                APIRequest(
                    .post, "/images/create",
                    query: [
                        QueryItem("fromSrc", "-"), QueryItem("repo", parts[0]), QueryItem("tag", parts[1]),
                        QueryItem("changes", "ENV PATH=/bin"),
                        QueryItem("changes", "CMD [\"httpd\",\"-f\",\"-p\",\"5000\",\"-h\",\"/www\"]"),
                    ] + changes.map { QueryItem("changes", $0) },
                    body: .init(bytes: tar, contentType: "application/x-tar")), expecting: [200]))
    }

    /// Makes an image as a Dokku leaves it behind a build.
    package func makeRelease(_ reference: String, page: String) async throws {
        try await makeImage(
            reference, page: page, changes: ["LABEL com.dokku.image-stage=release", "LABEL page=\(page)"])
    }

    /// The image's id without `sha256:`, `nil` when there is none.
    package func image(_ reference: String) async -> String? {
        let details = try? await engine.send(.inspectImage(reference))
        return details.map { String($0.Id.dropFirst(7)) }
    }

    /// Takes an image away, if it is there and nobody uses it.
    package func removeImage(_ reference: String) async { try? await engine.send(.removeImage(reference)) }

    package struct Container: Sendable, Equatable {
        package var id: String
        package var name: String
        package var state: String
        package var labels: [String: String]
    }

    /// All containers that carry the app's label, by name.
    package func containers(of app: String) async throws -> [Container] {
        try await engine.send(.containers(["label": ["com.dokku.app-name=\(app)"]])).map {
            Container(id: $0.Id, name: $0.name, state: $0.State, labels: $0.Labels)
        }.sorted { $0.name < $1.name }
    }

    /// The engine's description of a container.
    package func inspect(_ id: String) async throws -> [String: Any] {
        let bytes = try await engine.send(.inspectContainerRaw(id))
        return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    /// Its containers, and the names that keep the images of its releases.
    package func removeAll(of app: String) async throws {
        for container in try await containers(of: app) { try await engine.send(.removeContainer(container.id)) }
        for name in try await keptImages(of: app) { await removeImage(name) }
    }

    /// The names that keep the images of its releases.
    package func keptImages(of app: String) async throws -> [String] {
        let repository = "linkspan-release/\(app)"
        let names = try await engine.send(.images(named: repository)).flatMap { $0.RepoTags ?? [] }
        return names.filter { $0.hasPrefix(repository + ":") }
    }
}
