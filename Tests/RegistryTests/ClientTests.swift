import AdapterKit
import Fakes
import Foundation
import Testing
import Traffic

@testable import Registry

/// What goes over the wire to a registry.
struct ClientTests {
    private static let canary = "s3cr3t-canary-7f"

    private func error(_ work: () async throws -> Void) async -> AdapterError? {
        do {
            try await work()
            return nil
        } catch {
            return error as? AdapterError
        }
    }

    @Test func aLoginIsShownWhereItIsAskedFor() async throws {
        let registry = try await FakeRegistry.start(.basic(user: "me", password: Self.canary))
        let client = try registry.client(Login(username: "me", password: Self.canary))
        #expect(try await client.head("1") == nil)
        #expect(registry.journal.all.map { $0.header("authorization") == nil } == [true, false])
        #expect(try await client.head("2") == nil)
        #expect(registry.journal.all.count == 3, "what has been asked for is shown from then on")
    }

    @Test func aTokenIsGotOnceForReadingAndOnceForWriting() async throws {
        let registry = try await FakeRegistry.start(.bearer(user: "me", password: Self.canary))
        let client = try registry.client(Login(username: "me", password: Self.canary))
        #expect(try await client.head("1") == nil)
        #expect(try await client.head("2") == nil)
        let location = try await client.send(.startUpload("dokku/shop"), to: "push")
        #expect(location?.hasPrefix("/v2/dokku/shop/blobs/uploads/") == true)
        #expect(registry.journal.lines.count { $0 == "GET /token" } == 2)
        let tokens = registry.journal.all.filter { $0.path == "/token" }
        #expect(
            tokens.map { $0.query("scope") ?? "" } == [
                "repository:dokku/shop:pull", "repository:dokku/shop:pull,push",
            ])
        #expect(tokens.allSatisfy { $0.header("authorization")?.hasPrefix("Basic ") == true })
    }

    @Test func aTokenThatHasEndedIsGotAnew() async throws {
        let registry = try await FakeRegistry.start(.bearer(user: "me", password: Self.canary))
        let client = try registry.client(Login(username: "me", password: Self.canary))
        _ = try await client.head("1")
        registry.journal.clear()
        registry.journal.refuse(once: 401, header: #"Bearer realm="http://\#(registry.address)/token",service="fake""#)
        #expect(try await client.head("1") == nil)
        #expect(
            registry.journal.lines == [
                "HEAD /v2/dokku/shop/manifests/1", "GET /token", "HEAD /v2/dokku/shop/manifests/1",
            ])
    }

    @Test(arguments: [RegistryLogin.basic(user: "me", password: "right"), .bearer(user: "me", password: "right")])
    func aWrongPasswordIsToldWithTheCommandThatHelps(login: RegistryLogin) async throws {
        let registry = try await FakeRegistry.start(login)
        let client = try registry.client(Login(username: "me", password: Self.canary))
        let refusal = try #require(await error { _ = try await client.head("1") })
        #expect(refusal.code == .denied)
        #expect(refusal.message.contains("\(registry.address) does not accept the login as me"), "\(refusal)")
        #expect(refusal.hint == "registry:login shop \(registry.address) me --password-stdin")
        let text = "\(refusal)"
        #expect(!text.contains(Self.canary) && !text.contains(Data(Self.canary.utf8).base64EncodedString()))
    }

    @Test func nobodyIsToldToLogIn() async throws {
        let registry = try await FakeRegistry.start(.basic(user: "me", password: "right"))
        let client = try registry.client()
        let refusal = try #require(await error { _ = try await client.head("1") })
        #expect(refusal.message.contains("asks for a login, and there is none"), "\(refusal)")
    }

    @Test func aReadOnlyRegistryIsFoundBeforeAnythingIsSent() async throws {
        let registry = try await FakeRegistry.start()
        registry.journal.refuse(
            "POST", 405, #"{"errors": [{"code": "UNSUPPORTED", "message": "The operation is unsupported."}]}"#)
        let publisher = ImagePublisher(
            try AppName("shop"), to: try registry.repository, registry.context(), console: SilentConsole())
        let refusal = try #require(await error { try await publisher.preflight() })
        #expect(refusal.message.contains("read-only") && refusal.details.contains { $0.contains("UNSUPPORTED") })
        #expect(refusal.message.contains(try registry.repository.description))
    }

    @Test func aPreflightLeavesNoUpload() async throws {
        let registry = try await FakeRegistry.start()
        let publisher = ImagePublisher(
            try AppName("shop"), to: try registry.repository, registry.context(), console: SilentConsole())
        try await publisher.preflight()
        let lines = registry.journal.lines
        #expect(lines.first == "POST /v2/dokku/shop/blobs/uploads/")
        #expect(lines.count == 2 && lines.last?.hasPrefix("DELETE /v2/dokku/shop/blobs/uploads/") == true, "\(lines)")
    }

    @Test func nobodyThere() async throws {
        let repository = try RepositoryName("127.0.0.1:1/dokku/shop")
        let context = RegistryContext(
            variables: [:], readFile: { _ in [] }, listFolder: { _ in [] }, login: { _ in nil })
        let client = RegistryClient(repository, of: try AppName("shop"), context)
        let trouble = try #require(await error { _ = try await client.head("1") })
        #expect(trouble.code == .unreachable && trouble.message.contains("127.0.0.1:1"), "\(trouble)")
        #expect(trouble.hint?.contains("registry:set shop server") == true)
    }

    @Test func challenges() {
        #expect(Challenge([#"Basic realm="x, y""#]) == .basic)
        #expect(
            Challenge([
                "Basic realm=x", #"Bearer realm="https://a/t",service="s",scope="repository:a/b:pull,push""#,
            ]) == .bearer(realm: "https://a/t", service: "s", scope: "repository:a/b:pull,push"))
        #expect(Challenge(["Negotiate"]) == nil)
    }
}

extension FakeRegistry.Journal {
    func refuse(_ method: String, _ status: Int, _ body: String) {
        trouble.withLock {
            $0 = { request in
                guard request.method == method else { return nil }
                return .whole(
                    AnswerHead(status, [HTTPField("Content-Type", "application/json")]), body: Array(body.utf8))
            }
        }
    }

    /// Refuses the next request with a challenge.
    func refuse(once status: Int, header: String) {
        let before = all.count
        trouble.withLock {
            $0 = { [weak self] _ in
                guard let self, self.all.count == before + 1 else { return nil }
                return .whole(AnswerHead(status, [HTTPField("WWW-Authenticate", header)]), body: [])
            }
        }
    }
}

struct SilentConsole: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}
