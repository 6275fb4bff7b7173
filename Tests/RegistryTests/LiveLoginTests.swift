import Foundation
import TestSupport
import Testing

/// Logins for all apps, with helpers, and for schedulers only, at a real registry.
@Suite(.enabled(if: LiveRegistry.isAvailable), .serialized)
struct LiveLoginTests {
    /// A credential helper that keeps everything in one file.
    private static let helper = """
        #!/bin/sh
        case "$1" in
        get) cat "$HELPER_FILE" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
        store) cat >"$HELPER_FILE" ;;
        erase) rm -f "$HELPER_FILE" ;;
        esac
        """

    private func logIn(_ stage: LiveStage, _ binary: Binary, _ words: String...) async throws -> RunResult {
        try await binary.run(
            ["registry:login", "--password-stdin"] + words + [stage.registry.address, LiveRegistry.user],
            input: Array(LiveRegistry.password.utf8))
    }

    @Test func aHelperKeepsTheLoginForAllApps() async throws {
        try await LiveStage.with(asksForLogin: true) { stage in
            var binary = stage.binary
            let file = try binary.home.write(Self.helper, to: "bin/docker-credential-test")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            binary.variables["PATH"] = binary.home.path + "/bin:" + path
            binary.variables["HELPER_FILE"] = binary.home.path + "/kept"
            try binary.home.write(#"{"credsStore": "test"}"#, to: "user/.docker/config.json")

            let image = try await stage.makeImage("1")
            let nobody = try await binary.run("registry:push", "shop", image)
            #expect(nobody.error.contains("asks for a login, and there is none"), "\(nobody.error)")
            let login = try await logIn(stage, binary, "--global")
            #expect(
                login.status == 0 && login.error == " !     Login Succeeded for global registry\n", "\(login.error)")
            #expect(binary.home.read("kept")?.contains(LiveRegistry.user) == true)
            let config = try #require(binary.home.read("user/.docker/config.json"))
            #expect(config.contains(stage.registry.address) && config.contains("credsStore"))
            #expect(!config.contains("\"auth\""), "the helper has it")
            let pushed = try await binary.run("registry:push", "shop", image)
            #expect(pushed.status == 0, "\(pushed.error)")
            let logout = try await binary.run("registry:logout", stage.registry.address)
            #expect(logout.status == 0 && logout.output.isEmpty && logout.error.isEmpty, "\(logout)")
            #expect(binary.home.read("kept") == nil)
            #expect(try await binary.run("registry:push", "shop", image).status == 1)
        }
    }

    @Test func aLoginThatOnlyPullsPushesNothing() async throws {
        try await LiveStage.with(asksForLogin: true) { stage in
            let image = try await stage.makeImage("1")
            let login = try await logIn(stage, stage.binary, "--pull-only", "shop")
            #expect(login.status == 0, "\(login.error)")
            #expect(stage.binary.home.read("lib/config/registry/shop/pull-config.json") != nil)
            let pushed = try await stage.push(image)
            #expect(pushed.error.contains("asks for a login, and there is none"), "\(pushed.error)")
        }
    }

    @Test func oldOrdersOfWordsAreUnderstood() async throws {
        try await LiveStage.with(asksForLogin: true) { stage in
            let old = try await logIn(stage, stage.binary)
            #expect(
                old.error == """
                     !     Deprecated: please use --global flag for global registry login
                     !     Login Succeeded for global registry

                    """)
            #expect(stage.binary.home.read("user/.docker/config.json")?.contains("auth") == true)
            let gone = try await stage.binary.run("registry:logout", "shop", stage.registry.address)
            #expect(gone.status == 1 && gone.error == " !     No registry credentials found for app shop\n")
        }
    }
}
