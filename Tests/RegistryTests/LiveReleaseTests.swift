import AdapterKit
import Fakes
import Foundation
import Loopback
import TestSupport
import Testing

@testable import Registry

/// Releases of Dokku's, deploys, and what is kept of them, with a real engine and a real registry.
@Suite(.enabled(if: LiveRegistry.isAvailable), .serialized)
struct LiveReleaseTests {
    /// Calls a trigger as Dokku does: through a file of the plugin's folder.
    private func trigger(_ stage: LiveStage, _ name: String, _ arguments: String...) async throws -> RunResult {
        try await stage.binary.run(arguments, as: "registry/" + name)
    }

    @Test func aReleaseByDokku() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1")
            try await stage.engine.tag(image, "dokku/shop", "latest")
            #expect(try await trigger(stage, "deployed-app-image-repo", "shop").output == "dokku/shop\n")
            #expect(try await trigger(stage, "deployed-app-image-tag", "shop").output == "")
            let address = stage.registry.address
            #expect(try await trigger(stage, "deployed-app-repository", "shop").output == "\(address)/\n")
            let silent = try await trigger(stage, "post-release-builder", "dockerfile", "shop", "dokku/shop:latest")
            #expect(silent.status == 0 && silent.output == "", "docker-local pulls from no registry")

            try await stage.binary.run("registry:set", "shop", "push-on-release", "true")
            try await stage.binary.run("registry:set", "shop", "push-extra-tags", "stable")
            #expect(try await trigger(stage, "deployed-app-image-tag", "shop").output == "1\n")
            for number in 1...3 {
                let released = try await trigger(
                    stage, "post-release-builder", "dockerfile", "shop", "dokku/shop:latest")
                #expect(released.status == 0, "\(released.error)")
                #expect(
                    released.output.hasPrefix("-----> Pushing image to registry\n       Bumping tag to \(number)\n"))
                #expect(released.output.hasSuffix("       Image \(address)/dokku/shop:\(number) pushed\n"))
                #expect(released.output.contains("stable"))
                #expect(stage.number == "\(number)", "each release has a number, whatever is in it")
            }
            #expect(try await trigger(stage, "deployed-app-image-tag", "shop").output == "3\n")

            let other = try await stage.makeImage("2")
            try await stage.engine.tag(other, "dokku/shop", "latest")
            _ = try await trigger(stage, "post-release-builder", "dockerfile", "shop", "dokku/shop:latest")
            let told = try await stage.binary.run("registry:prune", "shop", "--keep", "1", "--dry-run")
            #expect(told.lines.count == 3 && told.lines.allSatisfy { $0.contains("Would remove") }, "\(told.output)")
            let pruned = try await stage.binary.run("registry:prune", "shop", "--keep", "1")
            #expect(pruned.status == 0, "\(pruned.error)")
            let nothing = try await stage.binary.run("registry:prune", "shop", "--keep", "1")
            #expect(nothing.output.contains("is old enough to go"), "\(nothing.output)")
            try await stage.engine.removeImages("dokku/shop")
        }
    }

    /// A cluster that pulls whatever it is told to.
    private func cluster(_ stage: LiveStage) async throws -> LoopbackServer {
        var configuration = KubernetesFake.Configuration()
        configuration.speed = 50
        let server = try await LoopbackServer.start(
            at: .tcp(host: "127.0.0.1", port: 0), answering: KubernetesFake(configuration))
        guard case .tcp(let host, let port) = server.address else { return server }
        let path = try stage.binary.home.write(
            """
            {"clusters": [{"name": "c", "cluster": {"server": "http://\(host):\(port)"}}],
             "users": [{"name": "u", "user": {}}],
             "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}], "current-context": "x"}
            """, to: "kubeconfig")
        try await stage.binary.run("scheduler-kubernetes:set", "shop", "kubeconfig", path)
        try await stage.binary.run("checks:set", "shop", "default-wait", "1")
        return server
    }

    @Test func aDeployStopsWithoutARegistryAndPushesWithOne() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1")
            try stage.binary.project.write("web: sleep 1000", to: "Procfile")
            try await stage.binary.run("registry:set", "shop", "server", "")
            try await stage.binary.run("scheduler:set", "shop", "selected", "kubernetes")
            let words = ["deploy", "shop", "--image", image, "--project", stage.binary.project.path]
            let stopped = try await stage.binary.run(words)
            #expect(stopped.status == 1 && stopped.output == "", "\(stopped.output)")
            for word in [image, "registry:set shop server", "registry:login shop", "push-on-release false"] {
                #expect(stopped.error.contains(word), "\(stopped.error)")
            }
            #expect(try await trigger(stage, "core-post-extract", "shop", "/tmp", "HEAD").status == 1)

            try await stage.binary.run("registry:set", "shop", "server", stage.registry.address)
            #expect(try await trigger(stage, "core-post-extract", "shop", "/tmp", "HEAD").status == 0)
            let nowhere = try await stage.binary.run(words)
            #expect(nowhere.status == 1 && !nowhere.output.contains(": pushed"), "a cluster that nobody can reach")
            #expect(stage.number == nil)
            let cluster = try await cluster(stage)
            defer { withExtendedLifetime(cluster) {} }
            let deployed = try await stage.binary.run(words)
            #expect(
                deployed.status == 0 && deployed.output.contains(": pushed"), "\(deployed.output) \(deployed.error)")
            #expect(stage.number == "1")
            let plan = try await stage.binary.run(["plan"] + words.dropFirst())
            #expect(plan.output.contains("\(stage.registry.address)/dokku/shop@sha256:"), "\(plan.error)")

            stage.registry.kill()
            let away = try await stage.binary.run(words)
            #expect(away.error.contains("goes on with what was pushed before"), "\(away.error)")
        }
    }

    @Test func anIndexOfTwoPlatformsStaysOne() async throws {
        try await LiveStage.with { stage in
            let repository = try RepositoryName(stage.registry.address + "/dokku/shop")
            let context = RegistryContext(
                variables: [:], readFile: { _ in [] }, listFolder: { _ in [] }, login: { _ in nil })
            let client = RegistryClient(repository, of: try AppName("shop"), context)
            var entries: [String] = []
            for architecture in ["amd64", "arm64"] {
                let name = "\(stage.repository):\(architecture)"
                try await stage.engine.makeImage(
                    name, layer: LiveStage.noise(1_000), platform: "linux/" + architecture)
                let pushed = try await stage.push(name)
                #expect(pushed.status == 0, "\(pushed.error)")
                let digest = try #require(pushed.lines.last?.split(separator: "@").last)
                let manifest = try await client.send(.manifest(repository.path, String(digest)), to: "read")
                entries.append(
                    #"{"mediaType": "\#(manifest.head.type)", "size": \#(manifest.bytes.count), "#
                        + #""digest": "\#(digest)", "platform": {"os": "linux", "architecture": "\#(architecture)"}}"#)
            }
            let type = "application/vnd.docker.distribution.manifest.list.v2+json"
            let index = StoredManifest(
                head: ManifestHead(digest: nil, type: type),
                bytes: Array(
                    #"{"schemaVersion": 2, "mediaType": "\#(type)", "manifests": [\#(entries.joined(separator: ","))]}"#
                        .utf8))
            try await client.send(.putManifest(index, repository.path, tag: "multi"), to: "put")
            let digest = try #require(try await client.head("multi")?.digest)
            try await stage.engine.pull("\(repository):multi")
            let pushed = try await stage.push("\(repository):multi")
            #expect(pushed.lines.last == "\(repository)@\(digest)", "\(pushed.output) \(pushed.error)")
            #expect(!pushed.output.contains(": pushed"))
        }
    }
}
