import Foundation
import TestSupport
import Testing

/// Pushes by a real engine to a real registry, by the built program.
@Suite(.enabled(if: LiveRegistry.isAvailable), .serialized)
struct LivePushTests {
    @Test func onlyWhatIsNewIsSent() async throws {
        try await LiveStage.with { stage in
            let base = try await stage.makeImage("base")
            let first = stage.repository + ":first"
            try await stage.engine.makeImage(first, from: base, layer: LiveStage.noise(1_000))
            let pushed = try await stage.push(first)
            #expect(pushed.status == 0, "\(pushed.error)")
            #expect(pushed.lines.count { $0.hasSuffix(": pushed") } == 2, "\(pushed.output)")
            let reference = try #require(pushed.lines.last)
            #expect(reference.hasPrefix("\(stage.registry.address)/dokku/shop@sha256:"))
            #expect(stage.number == "1")

            let again = try await stage.push(first, verbose: true)
            #expect(again.lines == [reference])
            let asked = again.error.split(separator: "\n").map { $0.split(separator: " ").dropFirst().prefix(2) }
            #expect(
                asked.dropLast().map { $0.joined(separator: " ") } == [
                    "GET /_ping", "GET /images/\(first.replacingOccurrences(of: ":", with: "%3A"))/json",
                    "HEAD /v2/dokku/shop/manifests/1",
                ], "\(again.error)")

            let second = stage.repository + ":second"
            try await stage.engine.makeImage(second, from: base, layer: LiveStage.noise(1_000))
            let changed = try await stage.push(second)
            #expect(changed.lines.count { $0.hasSuffix(": pushed") } == 1, "\(changed.output)")
            #expect(changed.lines.count { $0.hasSuffix(": is there already") } == 1, "\(changed.output)")
            #expect(changed.lines.last != reference && stage.number == "2")

            let back = try await stage.push(first)
            #expect(back.lines.last == reference && stage.number == "3", "known by its digest: one more tag")
            #expect(!back.output.contains(": pushed"), "\(back.output)")
        }
    }

    @Test func aWrongPasswordChangesNothing() async throws {
        try await LiveStage.with(asksForLogin: true) { stage in
            let image = try await stage.makeImage("1")
            let refused = try await stage.login("wrong-canary")
            #expect(refused.status == 1 && refused.error.hasPrefix(" !     Unable to run docker login: "))
            #expect(refused.error.contains("status 401") && !refused.error.contains("wrong-canary"))
            #expect(stage.binary.home.read("lib/config/registry/shop/config.json") == nil)
            let nobody = try await stage.push(image)
            #expect(nobody.status == 1 && nobody.error.contains("asks for a login, and there is none"))

            let wrong = Data("pusher:wrong".utf8).base64EncodedString()
            try stage.binary.home.write(
                #"{"auths": {"\#(stage.registry.address)": {"auth": "\#(wrong)"}}}"#,
                to: "lib/config/registry/shop/config.json")
            let pushed = try await stage.push(image)
            #expect(pushed.status == 1)
            for word in [
                stage.registry.address, "dokku/shop", "status 401", "does not accept the login as pusher",
                "try: linkspan registry:login shop \(stage.registry.address) pusher --password-stdin",
            ] { #expect(pushed.error.contains(word), "\(pushed.error)") }
            #expect(try await stage.tags().isEmpty)
            #expect(stage.number == nil)
        }
    }

    @Test func noSuchHost() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1")
            try await stage.binary.run("registry:set", "shop", "server", "registry.invalid")
            let pushed = try await stage.push(image)
            #expect(pushed.status == 1)
            #expect(pushed.error.contains("could not push to registry.invalid/dokku/shop"), "\(pushed.error)")
            #expect(pushed.error.contains("try: linkspan registry:set shop server"), "\(pushed.error)")
            #expect(stage.number == nil)
        }
    }

    @Test func aReadOnlyRegistryIsSaidToBeOne() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1")
            stage.registry.kill()
            try await stage.registry.run(readOnly: true)
            let pushed = try await stage.push(image)
            #expect(pushed.status == 1 && pushed.error.contains("read-only"), "\(pushed.error)")
            #expect(stage.number == nil)
            #expect(try await stage.tags().isEmpty)
        }
    }

    @Test func aRegistryThatIsKilledInALayerAndComesBack() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1", size: 30_000_000)
            let pushed = try await stage.push(image) { _ in
                try await Self.waitForUpload(stage.registry)
                stage.registry.kill()
                try await Task.sleep(for: .milliseconds(500))
                try await stage.registry.run()
            }
            #expect(pushed.status == 0, "\(pushed.output) \(pushed.error)")
            #expect(stage.number == "1")
        }
    }

    @Test func aPushThatIsCutLeavesNothingBehind() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1", size: 30_000_000)
            let cut = try await stage.push(image) { program in
                try await Self.waitForUpload(stage.registry)
                stage.registry.kill()
                _ = program.kill(SIGTERM)
            }
            #expect(cut.status == 128 + SIGTERM, "\(cut.error)")
            #expect(stage.number == nil)
            #expect(try await stage.tags().isEmpty, "the engine has the names it had")
            try await stage.registry.run()
            let again = try await stage.push(image)
            #expect(again.status == 0 && stage.number == "1", "\(again.error)")
        }
    }

    /// Until a part of a layer has arrived.
    private static func waitForUpload(_ registry: LiveRegistry) async throws {
        for _ in 0..<3_000 {
            let found = try await Tool.run("find", registry.data, "-path", "*/_uploads/*/data", "-size", "+64k")
            if !found.output.isEmpty { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root may limit a disk")) func aFullDisk() async throws {
        let disk = try Scratch()
        let mounted = try await Tool.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.path)
        guard mounted.status == 0 else { return }
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await LiveStage.with(data: disk.path) { stage in
                    let small = try await stage.makeImage("small", size: 1_000)
                    #expect(try await stage.push(small).status == 0)
                    let image = try await stage.makeImage("large", size: 4_000_000)
                    let pushed = try await stage.push(image)
                    #expect(pushed.status == 1)
                    #expect(pushed.error.contains("\(stage.registry.address)/dokku/shop:2"), "\(pushed.error)")
                    #expect(stage.number == "1")
                    #expect(try await stage.tags() == ["\(stage.registry.address)/dokku/shop:1"])
                })
        } catch {
            result = .failure(error)
        }
        _ = try await Tool.run("umount", "-l", disk.path)
        try result.get()
    }

    @Test func twoPushesOfOneAppAtOnce() async throws {
        try await LiveStage.with { stage in
            let image = try await stage.makeImage("1", size: 5_000_000)
            async let one = stage.push(image)
            async let other = stage.push(image)
            let results = try await [one, other]
            #expect(results.allSatisfy { $0.status == 0 }, "\(results)")
            #expect(results[0].lines.last == results[1].lines.last)
            #expect(stage.number == "1", "the second finds what the first has pushed")
        }
    }
}
