import Foundation
import TestSupport
import Testing

/// The plugin `registry`, taken over: set, report, answers and life cycle, byte for byte (contract 5 and 6).
struct RegistryPluginTests {
    private func stage() async throws -> DokkuStage {
        let stage = try DokkuStage()
        let installed = try await stage.linkspan("install", "--take-over", "registry")
        #expect(installed.status == 0, "\(installed.error)")
        try stage.create("shop")
        return stage
    }

    private static let invalidProperty =
        "Invalid property specified, valid properties include: "
        + "image-repo, image-repo-template, push-extra-tags, push-on-release, server"

    private static let refused: [Refusal] = [
        Refusal(words: ["registry:set"], text: "Please specify an app to run the command on"),
        Refusal(words: ["registry:set", "nope", "server", "x"], status: 20, text: "App nope does not exist"),
        Refusal(words: ["registry:set", "--global", "image-repo", "x"], text: "Property cannot be specified globally"),
        Refusal(words: ["registry:set", "--global", "nope", "x"], text: "Property cannot be specified globally"),
        Refusal(words: ["registry:set", "shop"], text: "No property specified"),
        Refusal(words: ["registry:set", "shop", "tag-version", "7"], text: invalidProperty),
        Refusal(words: ["registry:login"], text: "Missing server argument"),
        Refusal(words: ["registry:login", "a", "b"], text: "Missing server argument"),
        Refusal(words: ["registry:login", "--global", "a.example.com"], text: "Missing username argument"),
        Refusal(words: ["registry:login", "--global", "a.example.com", "me"], text: "Missing password argument"),
        Refusal(
            words: ["registry:login", "nope", "a.example.com", "me", "pw"], status: 20, text: "App nope does not exist"),
        Refusal(words: ["registry:logout"], text: "Missing server argument"),
        Refusal(words: ["registry:logout", "nope", "a.example.com"], status: 20, text: "App nope does not exist"),
    ]

    @Test(arguments: refused)
    func refusals(_ refusal: Refusal) async throws {
        let result = try await stage().dokku(refusal.words)
        #expect(result.status == refusal.status && result.output.isEmpty, "\(result)")
        #expect(result.error == " !     " + refusal.text + "\n")
    }

    @Test func propertiesAreFilesOfDokkus() async throws {
        let stage = try await stage()
        let set = try await stage.dokku(["registry:set", "shop", "server", "ghcr.io/"])
        #expect(set.output == "=====> Setting server to ghcr.io/\n" && set.error.isEmpty)
        #expect(stage.read("lib/config/registry/shop/server") == "ghcr.io/")
        #expect(try stage.mode(of: "lib/config/registry/shop/server") == 0o600)
        #expect(try await stage.trigger("deployed-app-repository", "shop").output == "ghcr.io/\n")
        let unset = try await stage.dokku(["registry:set", "shop", "server"])
        #expect(unset.output == "=====> Unsetting server\n")
        #expect(stage.read("lib/config/registry/shop/server") == nil)
        #expect(try await stage.trigger("deployed-app-repository", "shop").output == "\n")
    }

    @Test func theImagesNameIsAnswered() async throws {
        let stage = try await stage()
        #expect(try await stage.trigger("deployed-app-image-repo", "shop").output == "dokku/shop\n")
        #expect(try await stage.trigger("deployed-app-image-tag", "shop").output == "")
        try await stage.dokku(["registry:set", "--global", "image-repo-template", "prefix/{{ .AppName }}"])
        #expect(try await stage.trigger("deployed-app-image-repo", "shop").output == "prefix/shop\n")
        try await stage.dokku(["registry:set", "shop", "push-on-release", "true"])
        #expect(try await stage.trigger("deployed-app-image-tag", "shop").output == "1\n")
        try await stage.dokku(["registry:set", "shop", "image-repo-template", "dokku/{{ APP }}"])
        let broken = try await stage.trigger("deployed-app-image-repo", "shop")
        #expect(broken.status == 1 && broken.output.isEmpty)
        #expect(
            broken.error.hasPrefix(
                " !     Unable to determine image repo from template: Unable to parse image-repo-template: "))
        let shown = try await stage.dokku(["registry:report", "shop", "--registry-computed-image-repo"])
        #expect(shown.output == "dokku/shop\n")
    }

    @Test func reports() async throws {
        let stage = try await stage()
        let report = try await stage.dokku(["registry:report", "shop"])
        #expect(
            report.output == """
                =====> shop registry information
                       Registry computed image repo:          dokku/shop
                       Registry computed image repo template:\(" ")
                       Registry computed push extra tags:    \(" ")
                       Registry computed push on release:     false
                       Registry computed server:             \(" ")
                       Registry global image repo template:  \(" ")
                       Registry global push extra tags:      \(" ")
                       Registry global push on release:      \(" ")
                       Registry global server:               \(" ")
                       Registry image repo:                  \(" ")
                       Registry image repo template:         \(" ")
                       Registry push extra tags:             \(" ")
                       Registry push on release:             \(" ")
                       Registry server:                      \(" ")
                       Registry tag version:                 \(" ")

                """)
        try await stage.dokku(["registry:set", "--global", "server", "docker.io"])
        let server = try await stage.dokku(["registry:report", "shop", "--registry-computed-server"])
        #expect(server.output == "\n")
        let global = try await stage.dokku(["registry:report", "--global", "--format", "json"])
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(global.output.utf8)) as? [String: String])
        #expect(fields.count == 16 && fields["global-server"] == "docker.io" && fields["computed-image-repo"] == nil)
        #expect(fields["registry-global-server"] == "docker.io" && fields["computed-push-on-release"] == "false")
        #expect(try await stage.trigger("report", "shop").output.contains("=====> shop registry information\n"))
    }

    @Test func aShortLivedLoginTellsItsEnd() async throws {
        let stage = try await stage()
        try await stage.dokku(["registry:set", "shop", "server", "ghcr.io"])
        let token = Data(#"{"version": "2", "expiration": 1893456000}"#.utf8).base64EncodedString()
        try stage.write(
            #"{"auths": {"ghcr.io": {"auth": "\#(Data("me:\(token)".utf8).base64EncodedString())"}}}"#,
            to: "lib/config/registry/shop/config.json")
        let end = try await stage.dokku(["registry:report", "shop", "--registry-login-expires-at"])
        #expect(end.output == "2030-01-01T00:00:00Z\n", "\(end)")
    }

    @Test func theFolderComesAndGoesWithTheApp() async throws {
        let stage = try await stage()
        try await stage.trigger("post-create", "shop")
        #expect(try stage.mode(of: "lib/config/registry/shop") == 0o755)
        try await stage.dokku(["registry:set", "shop", "image-repo", "a/b"])
        try stage.write("7", to: "lib/config/registry/shop/tag-version")
        try stage.write(#"{"auths": {}}"#, to: "lib/config/registry/shop/config.json")
        try stage.create("twin")
        try await stage.trigger("post-app-clone-setup", "shop", "twin")
        #expect(stage.read("lib/config/registry/twin/image-repo") == "a/b")
        #expect(stage.read("lib/config/registry/twin/tag-version") == "7", "a clone goes on counting")
        #expect(stage.read("lib/config/registry/twin/config.json") == #"{"auths": {}}"#)
        try await stage.trigger("post-delete", "twin")
        #expect(stage.names("lib/config/registry").contains("twin") == false)
        try await stage.trigger("post-app-rename-setup", "shop", "store")
        #expect(stage.read("lib/config/registry/store/image-repo") == "a/b")
        #expect(stage.names("lib/config/registry").contains("shop") == false)
    }

    @Test func whatCannotBePublishedIsNotBuilt() async throws {
        let stage = try await stage()
        #expect(try await stage.trigger("core-post-extract", "shop", "/tmp", "HEAD").status == 0)
        try stage.create("cluster", on: "kubernetes")
        let stopped = try await stage.trigger("core-post-extract", "cluster", "/tmp", "HEAD")
        #expect(stopped.status == 1 && stopped.error.contains("registry:set cluster server"), "\(stopped)")
        try await stage.dokku(["registry:set", "cluster", "server", "ghcr.io"])
        #expect(try await stage.trigger("core-post-extract", "cluster", "/tmp", "HEAD").status == 0)
    }

    @Test func help() async throws {
        let stage = try await stage()
        let short = try await stage.dokku(["registry"])
        #expect(short.output == (try await stage.dokku(["registry:help"])).output)
        #expect(short.output.hasPrefix("Usage: dokku registry[:COMMAND]\n\nManage registry settings for an app\n"))
    }
}
