import AdapterKit
import Testing

@testable import Registry

/// What follows from the properties (contract 5.1).
struct SettingsTests {
    private func settings(_ own: [String: String] = [:], _ global: [String: String] = [:]) throws -> RegistrySettings {
        RegistrySettings(app: try AppName("shop"), own: own, global: global)
    }

    @Test(arguments: [
        ("ghcr.io", "ghcr.io/"), (" ghcr.io/ ", "ghcr.io/"), ("ghcr.io/acme//", "ghcr.io/acme//"), ("docker.io", ""),
        ("hub.docker.com/", ""), ("", ""), ("docker.com", "docker.com/"),
    ])
    func servers(value: String, computed: String) throws {
        #expect(try settings(["server": value]).server == computed)
        #expect(try settings([:], ["server": value]).server == computed)
    }

    @Test func anAppsServerComesFirst() throws {
        #expect(try settings(["server": "a.example.com"], ["server": "b.example.com"]).server == "a.example.com/")
        #expect(try settings(["server": "docker.io"]).hasServer)
        #expect(try !settings().hasServer)
    }

    @Test func repositories() throws {
        #expect(try settings().imageRepository() == "dokku/shop")
        #expect(try settings(["image-repo": " heroku/shop\n"]).imageRepository() == "heroku/shop")
        let template = ["image-repo-template": "acme/{{ .AppName }}"]
        #expect(try settings([:], template).imageRepository() == "acme/shop")
        #expect(try settings(["image-repo": "own/shop"], template).imageRepository() == "own/shop")
        #expect(try settings(["image-repo-template": "x/{{- .AppName -}} "], template).imageRepository() == "x/shop")
    }

    @Test func anUnusableTemplateIsNamedWhereItMatters() throws {
        let settings = try settings(["image-repo-template": "dokku/{{ APP }}"])
        #expect(settings.shownImageRepository == "dokku/shop")
        #expect {
            try settings.imageRepository()
        } throws: { error in
            "\(error)".contains("Unable to determine image repo from template: Unable to parse image-repo-template: ")
                && "\(error)".contains(#"function \"APP\" not defined"#)
        }
    }

    @Test func onlyTheExactWordPushes() throws {
        #expect(try settings(["push-on-release": " true\n"]).pushesOnRelease)
        #expect(try !settings([:], ["push-on-release": " true"]).pushesOnRelease, "the global one is not trimmed")
        #expect(try !settings(["push-on-release": "yes"]).pushesOnRelease)
        #expect(try settings(["push-on-release": "false"], ["push-on-release": "true"]).isPushForbidden)
        #expect(try !settings().isPushForbidden)
    }

    @Test func tags() throws {
        #expect(try settings(["push-extra-tags": "a, b,"]).extraTags == ["a", " b", ""])
        #expect(try settings().extraTags.isEmpty)
        #expect(try settings(["tag-version": "7"]).tagVersion() == 7)
        #expect(try settings().tagVersion() == 0)
        #expect { try settings(["tag-version": "x"]).tagVersion() } throws: { error in
            (error as? AdapterError)?.message
                == "Unable to convert existing tag version (x) to integer: strconv.Atoi: parsing \"x\": invalid syntax"
        }
    }

    @Test func repositoryNames() throws {
        let hub = try RepositoryName("nginx")
        #expect(hub.path == "library/nginx" && hub.description == "nginx" && hub.host == "registry-1.docker.io")
        #expect(try RepositoryName("docker.io/acme/shop").description == "acme/shop")
        let local = try RepositoryName("127.0.0.1:5000/a/b")
        #expect(local.registry == "127.0.0.1:5000" && local.path == "a/b" && local.description == "127.0.0.1:5000/a/b")
        #expect(try local.image(tag: "3").description == "127.0.0.1:5000/a/b:3")
    }
}
