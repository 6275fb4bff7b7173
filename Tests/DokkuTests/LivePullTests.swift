import Foundation
import TestSupport
import Testing

/// An image that Dokku has pushed is had again when this host has lost it (contract 3.1), from a real registry.
@Suite(.enabled(if: LiveEngine.isAvailable && Tool.exists("docker") && Tool.exists("docker-registry")))
struct LivePullTests {
    /// Runs `body` while a registry listens; its address is given.
    private func withRegistry(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let scratch = try Scratch()
        let address = "127.0.0.1:\(Int.random(in: 20_000...32_000))"
        let config = try scratch.write(
            """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(scratch.path)/data}}
            http: {addr: "\(address)"}

            """, to: "config.yml")
        let result = try await Spawned.run(
            "/usr/bin/env", ["docker-registry", "serve", config], environment: ProcessInfo.processInfo.environment,
            input: []
        ) { program in
            defer { program.kill(SIGTERM) }
            for _ in 0..<100 {
                if try await Tool.run("bash", "-c", "exec 3<>/dev/tcp/\(address.replacing(":", with: "/"))").status == 0
                {
                    break
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            try await body(address)
        }
        _ = result
    }

    @Test func whatTheHostHasLostIsPulled() async throws {
        try await LiveDokku.with { live in
            try await withRegistry { address in
                let image = "\(address)/dokku/\(live.app):3"
                _ = try await Tool.run("docker", "tag", live.image, image)
                #expect(try await Tool.run("docker", "push", image).status == 0)
                #expect(try await Tool.run("docker", "rmi", image, live.image).status == 0)
                try live.stage.set("registry", live.app, "push-on-release", "true")
                try live.stage.state(live.app, "image/repository", address + "/")
                try live.stage.state(live.app, "image/tag", "3")
                let result = try await live.deploy()
                #expect(result.status == 0, "\(result)")
                #expect(result.error == "-----> Image \(image) not found locally, pulling from registry\n")
                #expect(try await live.containers().map(\.state) == ["running"])
                try await live.engine.removeAll(of: live.app)
                _ = try await Tool.run("docker", "rmi", image)
            }
        }
    }

    @Test func whatNobodyHasPushedIsNot() async throws {
        try await LiveDokku.with { live in
            await live.engine.removeImage(live.image)
            let result = try await live.deploy()
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.error.hasPrefix(" !     App image (\(live.image)) not found\n"))
        }
    }
}
