import AdapterKit
import Fakes
import Foundation
import Synchronization
import Testing
import Traffic

@testable import Registry

/// Engines with containerd's image store, which is what new ones have: an image is an index there, with attestations and
/// maybe with parts that are not here.
struct ContainerdTests {
    private static let digest = "sha256:" + String(repeating: "1", count: 64)
    private static let amd64 = Platform(os: "linux", architecture: "amd64")
    private static let arm64 = Platform(os: "linux", architecture: "arm64")

    private static func part(_ kind: String, _ architecture: String, isHere: Bool = true) -> String {
        """
        {"ID": "sha256:\(architecture)", "Kind": "\(kind)", "Available": \(isHere),
         "ImageData": {"Platform": {"os": "linux", "architecture": "\(architecture)"}}}
        """
    }

    /// An image called `dokku/shop:1`, as it is without ever having been pushed.
    private static func image(_ parts: String...) -> [String: (details: String, manifests: String)] {
        [
            "dokku/shop:1": (
                details: #""Id": "\#(digest)", "Architecture": "amd64", "Os": "linux", "#
                    + #""RepoTags": ["dokku/shop:1"], "RepoDigests": ["dokku/shop@\#(digest)"]"#,
                manifests: parts.joined(separator: ",")
            )
        ]
    }

    /// What an engine leaves at the registry: an index of one image and an attestation.
    private static let index = Array(
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
         {"digest": "sha256:\(String(repeating: "a", count: 64))", "platform": {"os": "linux", "architecture": "amd64"}},
         {"digest": "sha256:\(String(repeating: "b", count: 64))",
          "platform": {"os": "unknown", "architecture": "unknown"},
          "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}]}
        """.utf8)

    private func publish(
        _ registry: FakeRegistry, _ engine: FakeEngine, nodes: Set<Platform> = []
    ) async throws -> ImagePublisher.Published {
        let (server, host) = try await engine.start()
        defer { withExtendedLifetime(server) {} }
        var context = registry.context()
        context.variables["DOCKER_HOST"] = host
        let publisher = ImagePublisher(
            try AppName("shop"), to: try registry.repository, context, console: SilentConsole())
        return try await publisher.publish(
            .init(image: "dokku/shop:1", lastNumber: 0, nodes: { nodes }), keep: { _ in })
    }

    private func engine(_ registry: FakeRegistry, _ parts: String...) -> FakeEngine {
        FakeEngine(
            ["dokku/shop:1": Self.image(parts.joined(separator: ","))["dokku/shop:1"] ?? ("", "")],
            push: { request in
                _ = await registry.fake.answer(
                    ServedRequest(
                        "PUT", "/v2/dokku/shop/manifests/\(request.query("tag") ?? "")",
                        headers: [HTTPField("Content-Type", "application/vnd.oci.image.index.v1+json")],
                        body: Self.index))
                return #"{"status": "done"}"# + "\n"
            })
    }

    @Test func anIndexWithAnAttestationIsPushedWholeAndPinnedToItsImage() async throws {
        let registry = try await FakeRegistry.start()
        let engine = engine(registry, Self.part("image", "amd64"), Self.part("attestation", "unknown"))
        let published = try await publish(registry, engine, nodes: [Self.amd64])
        #expect(published.image.digest == "sha256:" + String(repeating: "a", count: 64))
        let push = try #require(engine.lines.first { $0.contains("/push") })
        #expect(push.hasSuffix("/push?tag=1"), "\(push)")
    }

    @Test func ofAnIndexThatIsNotAllHereTheImageThatNodesRunIsPushed() async throws {
        let registry = try await FakeRegistry.start()
        let engine = engine(registry, Self.part("image", "amd64"), Self.part("image", "arm64", isHere: false))
        _ = try await publish(registry, engine, nodes: [Self.amd64, Self.arm64])
        let push = try #require(engine.lines.first { $0.contains("/push") })
        #expect(
            push.removingPercentEncoding?.contains(#"platform={"architecture":"amd64","os":"linux"}"#) == true,
            "\(push)")
    }

    @Test func whatNoNodeCanRunIsNotPushed() async throws {
        let registry = try await FakeRegistry.start()
        let engine = engine(registry, Self.part("image", "amd64"), Self.part("image", "arm64", isHere: false))
        let refusal = await #expect(throws: AdapterError.self) {
            _ = try await publish(registry, engine, nodes: [Self.arm64])
        }
        #expect(refusal?.code == .imageUnavailable)
        #expect(refusal?.message == "no node can run dokku/shop:1: it is for linux/amd64")
        #expect(refusal?.hint == "build the image for linux/arm64")
        #expect(registry.journal.lines.isEmpty, "nobody was asked for anything: \(registry.journal.lines)")
    }

    /// A name has a digest there as soon as it is given.
    @Test func whatDokkuHasBuiltIsNotTakenForAnImageThatWasPulled() async throws {
        let engine = FakeEngine(Self.image(Self.part("image", "amd64")))
        let (server, host) = try await engine.start()
        defer { withExtendedLifetime(server) {} }
        let context = RegistryContext(
            variables: ["DOCKER_HOST": host], readFile: { _ in [] }, listFolder: { _ in [] }, login: { _ in nil })
        let app = try AppName("shop")
        let image = DeployImage(
            app, RegistrySettings(app: app, own: [:], global: [:]), context, console: SilentConsole())
        let release = ReleaseImage(local: try ImageReference("dokku/shop:1"))
        #expect(try await image.known(release).pushed == nil)
        let refusal = await #expect(throws: AdapterError.self) {
            _ = try await image.published(release, nodes: { [] }, keep: { _ in })
        }
        #expect(refusal?.code == .invalidSettings && refusal?.message.contains("this machine's engine only") == true)
    }

    @Test func nodesAreAskedOnlyWhereItMatters() async throws {
        let registry = try await FakeRegistry.start()
        let digest = try await registry.put("1", "one")
        let name = try registry.repository.description
        let engine = FakeEngine([
            "dokku/shop:1": (
                details: #""Id": "sha256:config", "Architecture": "amd64", "RepoDigests": ["\#(name)@\#(digest)"]"#,
                manifests: ""
            )
        ])
        let (server, host) = try await engine.start()
        defer { withExtendedLifetime(server) {} }
        var context = registry.context()
        context.variables["DOCKER_HOST"] = host
        let publisher = ImagePublisher(
            try AppName("shop"), to: try registry.repository, context, console: SilentConsole())
        let asked = Mutex(0)
        let published = try await publisher.publish(
            .init(
                image: "dokku/shop:1", lastNumber: 1,
                nodes: {
                    asked.withLock { $0 += 1 }
                    return []
                }), keep: { _ in })
        #expect(published.wasThere && published.number == 1)
        #expect(asked.withLock { $0 } == 0)
        #expect(engine.lines.count == 2, "a ping and an inspect: \(engine.lines)")
    }
}
