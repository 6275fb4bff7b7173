import Foundation
import TestSupport

/// A real registry, a real engine, and an app whose images go there; all of it gone when the test is over.
struct LiveStage: Sendable {
    let binary: Binary
    let registry: LiveRegistry
    let engine: LiveEngine
    /// Where the test's images are in the engine.
    let repository: String

    static func with(
        asksForLogin: Bool = false, data: String? = nil, body: (LiveStage) async throws -> Void
    ) async throws {
        var binary = try Binary()
        // Docker's own configuration is the user's, and none of a test's business.
        binary.variables["HOME"] = binary.home.path + "/user"
        let stage = LiveStage(
            binary: binary, registry: try await .start(asksForLogin: asksForLogin, data: data),
            engine: try await .connect(),
            repository: "linkspan-test/registry-" + UUID().uuidString.lowercased().prefix(8))
        try await binary.run("apps:create", "shop")
        try await binary.run("registry:set", "shop", "server", stage.registry.address)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(stage))
        } catch {
            result = .failure(error)
        }
        try await stage.engine.removeImages(stage.registry.address + "/*/*")
        try await stage.engine.removeImages(stage.repository)
        try result.get()
    }

    /// An image of random bytes, so that no other registry or run has any of it.
    func makeImage(_ tag: String, size: Int = 200_000) async throws -> String {
        let name = "\(repository):\(tag)"
        try await engine.makeImage(name, layer: Self.noise(size))
        return name
    }

    static func noise(_ size: Int) -> [UInt8] {
        let file = FileHandle(forReadingAtPath: "/dev/urandom")
        return Array((try? file?.read(upToCount: size)) ?? Data())
    }

    func push(
        _ image: String, verbose: Bool = false,
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await binary.run((verbose ? ["--verbose"] : []) + ["registry:push", "shop", image], during: during)
    }

    /// The number of the last tag; `nil` when nothing was ever pushed.
    var number: String? { binary.home.read("lib/config/registry/shop/tag-version") }

    /// The names that the engine has for the registry's images.
    func tags() async throws -> [String] { try await engine.tags(registry.address + "/*/*") }

    func login(_ password: String = LiveRegistry.password) async throws -> RunResult {
        try await binary.run(
            "registry:login", "--password-stdin", "shop", registry.address, LiveRegistry.user, input: password + "\n")
    }
}
