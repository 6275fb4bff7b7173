import AdapterKit
import Foundation
import Testing

@testable import Registry

/// Which tags go, and what an index leads to.
struct HousekeepingTests {
    @Test func theNewestNumbersStay() {
        let choice = RemoteTags.Choice(["1", "2", "3", "4", "5", "9", "latest", "07x"], keeping: 2, upTo: 5)
        #expect(choice.old == ["1", "2", "3"])
        #expect(choice.kept == ["07x", "4", "5", "9", "latest"], "a number beyond the last is not ours")
        #expect(RemoteTags.Choice(["1", "2"], keeping: 5, upTo: 2).old.isEmpty)
    }

    @Test func whatAKeptTagOrReleaseLeadsToStays() async throws {
        let registry = try await FakeRegistry.start()
        let first = try await registry.put("1", "one")
        _ = try await registry.put("2", "two")
        _ = try await registry.put("3", "three")
        _ = try await registry.put("stable", "three")
        let fourth = try await registry.put("4", "four")
        _ = try await registry.put("5", "five")
        let tags = RemoteTags(try AppName("shop"), in: try registry.repository, registry.context())
        let old = try await tags.old(keeping: 1, upTo: 5, digests: [first])
        #expect(old.map(\.tag) == ["2", "4"], "1 serves, 3 is stable, 5 is the newest")
        #expect(old.last?.digest == fourth)
        for tag in old { try await tags.remove(tag) }
        #expect(try await tags.old(keeping: 1, upTo: 5, digests: [first]).isEmpty)
        #expect(try await registry.client().head("1") != nil)
        #expect(try await registry.client().head("2") == nil)
    }

    private let index = Array(
        """
        {"schemaVersion": 2, "manifests": [
         {"digest": "sha256:aa", "platform": {"os": "linux", "architecture": "amd64"}},
         {"digest": "sha256:bb", "platform": {"os": "unknown", "architecture": "unknown"},
          "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}]}
        """.utf8)

    private let amd64 = Platform(os: "linux", architecture: "amd64")
    private let arm64 = Platform(os: "linux", architecture: "arm64")

    @Test func theOnlyImageOfAnIndexIsNamedItself() throws {
        let choice = try PlatformChoice(index: index)
        #expect(try choice.digest(index: "sha256:ii", nodes: [], of: "shop") == "sha256:aa")
        #expect(try choice.digest(index: "sha256:ii", nodes: [amd64, arm64], of: "shop") == "sha256:aa")
        #expect {
            try choice.digest(index: "sha256:ii", nodes: [arm64], of: "shop")
        } throws: { error in
            "\(error)".contains("no node can run shop: it is for linux/amd64")
        }
    }

    @Test func severalPlatformsStayAnIndex() throws {
        let two = String(decoding: index, as: UTF8.self).replacingOccurrences(of: "unknown", with: "linux")
            .replacingOccurrences(of: "attestation-manifest", with: "x")
        #expect(
            try PlatformChoice(index: Array(two.utf8)).digest(index: "sha256:ii", nodes: [], of: "s") == "sha256:ii")
    }

    @Test func endsOfTokens() {
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString().filter { $0 != "=" } }
        #expect(TokenExpiry.seconds(of: "\(base64("{}")).\(base64(#"{"exp": 1893456000}"#)).x") == 1_893_456_000)
        #expect(TokenExpiry.seconds(of: base64(#"{"version": "2", "expiration": 1893456000}"#)) == 1_893_456_000)
        #expect(TokenExpiry.seconds(of: "hunter2") == nil)
        #expect(TokenExpiry.seconds(of: "a.b.c") == nil)
    }

    @Test func helpersGetAndGiveOnTheirStreams() async throws {
        let helper = CredentialHelper("pass") { words, input in
            #expect(words == ["docker-credential-pass", "get"])
            return String(decoding: input, as: UTF8.self) == "ghcr.io"
                ? ProgramOutput(status: .success, output: Array(#"{"Username": "me", "Secret": "x"}"#.utf8))
                : ProgramOutput(
                    status: ExitStatus(rawValue: 1),
                    output: Array("credentials not found in native keychain".utf8))
        }
        #expect(try await helper.get("ghcr.io") == Login(username: "me", password: "x"))
        #expect(try await helper.get("quay.io") == nil)
    }
}
