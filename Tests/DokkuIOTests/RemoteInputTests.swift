import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import DokkuIO

/// What schedulers elsewhere are told besides what an engine of this host is.
struct RemoteInputTests {
    private let scratch: Scratch
    private let layout: DokkuLayout
    private let app: AppName

    private static let local = Manifest(
        scheduler: "local", capabilities: [.retire], images: .localEngine, cron: .host)
    private static let cloud = Manifest(
        scheduler: "cloud", capabilities: [.storage], images: .registry, cron: .scheduler)

    init() throws {
        scratch = try Scratch()
        layout = DokkuLayout(
            root: scratch.path + "/apps", library: scratch.path + "/lib", origin: "x", home: scratch.path + "/home")
        app = try AppName("shop")
        try AppStore(layout).create(app)
    }

    private func deployment(
        _ manifest: Manifest = cloud, appJSON: String = "{}", procfile: String = "web: a\nworker: b"
    ) async throws -> Deployment {
        try scratch.write(procfile, to: "project/Procfile")
        try scratch.write(appJSON, to: "project/app.json")
        let project = try ProjectFiles(folder: scratch.path + "/project")
        return try await AppReader(layout, app).deployment(
            project, image: ReleaseImage(local: ImageReference("registry.example.com/shop:1")),
            formation: try Formation.current(kept: nil, project: project), id: DeploymentID("test"), for: manifest)
    }

    @Test func whatTheFormationSaysOfAType() async throws {
        let processes = try await deployment(
            appJSON: """
                {"formation": {
                    "web": {"quantity": 2, "autoscaling": {"min_quantity": 2, "max_quantity": 5,
                        "cooldown_period_seconds": 60,
                        "triggers": [{"name": "load", "type": "cpu", "metadata": {"value": 70}}]}},
                    "worker": {"quantity": 1, "service": {"exposed": true}, "autoscaling": {
                        "triggers": {"memory": {"metadata": {"value": "80", "on": true}},
                                     "cpu": {"type": "datadog", "metadata": {}}}}}}}
                """
        ).processes
        let web = try #require(processes.first { $0.type == .web })
        let worker = try #require(processes.first { $0.type != .web })
        #expect(!web.isExposed && worker.isExposed)
        #expect(
            web.autoscaling
                == Autoscaling(
                    minimum: 2, maximum: 5, cooldown: 60, triggers: [.init(type: "cpu", metadata: ["value": "70"])]))
        #expect(
            worker.autoscaling
                == Autoscaling(triggers: [
                    .init(type: "datadog", metadata: [:]),
                    .init(type: "memory", metadata: ["value": "80", "on": "true"]),
                ]), "a map counts as a list by names")
    }

    @Test func withoutTriggersNothingScales() async throws {
        let json = #"{"formation": {"web": {"autoscaling": {"min_quantity": 2, "triggers": []}}}}"#
        #expect(try await deployment(appJSON: json).processes.allSatisfy { $0.autoscaling == nil })
    }

    @Test(arguments: [
        (#"{"min_quantity": -1, "triggers": [{"type": "cpu"}]}"#, "min_quantity must not be negative"),
        (#"{"min_quantity": 3, "max_quantity": 2, "triggers": [{"type": "cpu"}]}"#, "max_quantity 2 is less"),
        (#"{"triggers": [{"metadata": {}}]}"#, "triggers[0] lacks 'type'"),
        (#"{"triggers": 5}"#, "formation.web.autoscaling.triggers must be"),
    ])
    func whatIsWrongIsNamedByPlace(_ block: String, _ words: String) async {
        await #expect {
            try await deployment(appJSON: #"{"formation": {"web": {"autoscaling": \#(block)}}}"#)
        } throws: { error in
            (error as? AdapterError)?.message.contains(words) == true
        }
    }

    @Test func settingsGoBeforeTheFormation() async throws {
        let properties = Properties(layout, plugin: "scheduler-cloud")
        try properties.setMap("autoscaling.--global", to: ["max-quantity": "9"], .global)
        try properties.setMap("autoscaling.web", to: ["cpu": "70", "min-quantity": "3"], .app(app))
        let web = try #require(try await deployment().processes.first { $0.type == .web })
        #expect(web.autoscaling?.minimum == 3 && web.autoscaling?.maximum == 9)
        #expect(web.autoscaling?.triggers.map(\.type) == ["cpu"])
        let worker = try #require(try await deployment().processes.first { $0.type != .web })
        #expect(worker.autoscaling == nil, "nothing says what to follow")
    }

    @Test func cronTasksGoToSchedulersThatRunThem() async throws {
        let json = #"{"cron": [{"command": "true", "schedule": "@daily"}]}"#
        #expect(try await deployment(appJSON: json).cron.map(\.command) == ["true"])
        #expect(try await deployment(Self.local, appJSON: json).cron.isEmpty)
    }

    @Test func theCertificateIsThePrivateBusinessOfTwoFiles() async throws {
        let files = CertificateFiles(layout, app)
        #expect(try files.read() == nil)
        let pair = Certificate(chain: "chain", privateKey: "key")
        try files.keep(pair)
        #expect(try await deployment().certificate == pair)
        #expect(try await deployment(Self.local).certificate == nil, "whose traffic the host leads")
        for file in [files.chainPath, files.keyPath] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
        try files.remove()
        #expect(try await deployment().certificate == nil)
    }

    private static func block(_ label: String, _ body: String = "c2VjcmV0") -> String {
        "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
    }

    @Test func aPairOfFilesIsLookedAt() async throws {
        let chain = Self.block("CERTIFICATE") + Self.block("CERTIFICATE")
        for key in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            #expect(throws: Never.self) { try Certificate(checking: chain, privateKey: Self.block(key)) }
        }
        let wrong = [
            ("", Self.block("PRIVATE KEY"), "no certificate"),
            (Self.block("PRIVATE KEY"), Self.block("PRIVATE KEY"), "holds a private key"),
            (Self.block("CERTIFICATE", "!!"), Self.block("PRIVATE KEY"), "no certificate"),
            (chain, "", "no single private key"), (chain, chain, "no single private key"),
            (chain, Self.block("ENCRYPTED PRIVATE KEY"), "encrypted"),
            (String(chain.dropLast(10)), Self.block("CERTIFICATE"), "no single private key"),
        ]
        for (chain, key, words) in wrong {
            #expect {
                try Certificate(checking: chain, privateKey: key)
            } throws: { error in
                let text = "\(error)"
                return text.contains(words) && !text.contains("c2VjcmV0")
            }
        }
    }

    private func auth(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test func loginsComeFromTheAppsFileOrTheHosts() async throws {
        try scratch.write(
            #"{"auths": {"ghcr.io": {"auth": "\#(auth("me:to:ken"))"}, "empty.example.com": {}}}"#,
            to: "home/.docker/config.json")
        let shared = [RegistryCredential(server: "ghcr.io", username: "me", password: "to:ken")]
        #expect(try await deployment().pullCredentials == shared)
        #expect(try await deployment(Self.local).pullCredentials.isEmpty)
        try scratch.write(#"{"auths": {}}"#, to: "lib/config/registry/shop/config.json")
        #expect(try await deployment().pullCredentials == shared, "an app's file without logins does not count")
        try scratch.write(
            #"{"auths": {"r.example.com": {"username": "a", "password": "b"}}}"#,
            to: "lib/config/registry/shop/config.json")
        #expect(
            try await deployment().pullCredentials
                == [RegistryCredential(server: "r.example.com", username: "a", password: "b")])
    }

    @Test func aHelperIsKnownByTheRegistrysName() throws {
        try scratch.write(
            #"{"auths": {"ghcr.io": {"auth": "\#(auth("me:x"))"}, "quay.io": {}}, "credHelpers": {"quay.io": "pass"}}"#,
            to: "home/.docker/config.json")
        let logins = try RegistryLogins(layout, app)
        let found = logins.helper(for: RegistryLogins.names(of: "quay.io"))
        #expect(found?.helper == "pass" && found?.server == "quay.io")
        #expect(logins.credential(for: RegistryLogins.names(of: "quay.io")) == nil)
        #expect(logins.credential(for: RegistryLogins.names(of: "ghcr.io"))?.username == "me")
        #expect(logins.helper(for: RegistryLogins.names(of: "other.example.com")) == nil)
        try scratch.write(#"{"credsStore": "store"}"#, to: "home/.docker/config.json")
        let stored = try RegistryLogins(layout, app).helper(for: RegistryLogins.names(of: "docker.io"))
        #expect(stored?.helper == "store" && stored?.server == "https://index.docker.io/v1/")
    }

    @Test func schedulersGetTheLoginThatMayOnlyPull() async throws {
        try scratch.write(
            #"{"auths": {"ghcr.io": {"auth": "\#(auth("push:a"))"}, "quay.io": {"auth": "\#(auth("me:b"))"}}}"#,
            to: "home/.docker/config.json")
        try RegistryLoginFile(RegistryLogins.pullFile(layout, .app(app)))
            .set(RegistryCredential(server: "ghcr.io", username: "pull", password: "c"))
        let logins = try RegistryLogins(layout, app)
        #expect(logins.credentials.map(\.username) == ["pull", "me"])
        #expect(logins.pushing.map(\.username) == ["push", "me"])
        #expect(try await deployment().pullCredentials.map(\.username) == ["pull", "me"])
    }

    @Test func aLoginFileKeepsWhatElseIsInIt() throws {
        try scratch.write(
            #"{"auths": {"quay.io": {"auth": "x"}}, "proxies": {"default": {}}}"#, to: "home/.docker/config.json")
        let path = scratch.path + "/home/.docker/config.json"
        let file = RegistryLoginFile(path)
        try file.set(RegistryCredential(server: "ghcr.io", username: "me", password: "to:ken"))
        let text = try #require(scratch.read("home/.docker/config.json"))
        #expect(text.contains("quay.io") && text.contains("proxies") && text.contains(auth("me:to:ken")))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        try file.remove(RegistryLogins.names(of: "ghcr.io"))
        #expect(scratch.read("home/.docker/config.json")?.contains("ghcr.io") == false)
        #expect(scratch.read("home/.docker/config.json")?.contains("quay.io") == true)
    }

    @Test func aBrokenConfigurationIsNamedAndNotShown() async throws {
        try scratch.write(#"{"auths": "s3cret-canary"#, to: "home/.docker/config.json")
        #expect { try RegistryLogins(layout, app) } throws: { error in
            "\(error)".contains(".docker/config.json") && !"\(error)".contains("s3cret-canary")
        }
    }

    @Test func mountsOfBothForms() async throws {
        let entry = StorageEntry(name: "data", size: "1Gi", accessMode: "ReadWriteMany", namespace: "blue")
        try StorageEntries(layout).create(.init(entry, scheduler: "cloud"))
        #expect(throws: AdapterError.self) { try StorageEntries(layout).create(.init(entry, scheduler: "cloud")) }
        try scratch.write(
            #"{"name": "legacy-0123456789", "scheduler": "docker-local", "host_path": "/srv/x", "schema_version": 1}"#,
            to: "lib/data/storage-registry/entries/legacy-0123456789.json")
        try Properties(layout, plugin: "storage").setList(
            "mounts",
            to: [
                "/srv/a:/a:ro", try StorageAttachment(entry: "data", path: "/data", isReadOnly: true).line(),
                #"{"entry_name":"legacy-0123456789","container_path":"/x","phases":["run"],"process_type":"worker","subpath":"s"}"#,
            ], .app(app))
        let mounts = try await deployment().mounts
        #expect(mounts.map(\.description) == ["/srv/a:/a:ro", "data:/data:ro", "/srv/x/s:/x"])
        #expect(mounts.map(\.entry) == [nil, entry, nil])
        #expect(try mounts[2].process == ProcessType("worker") && !mounts[2].isForDeploy && mounts[2].isForRun)
        await #expect {
            try await deployment(Self.local)
        } throws: { error in
            "\(error)".contains("the local scheduler cannot provide the storage entry data")
        }
        try StorageEntries(layout).remove("data")
        await #expect { try await deployment() } throws: {
            ($0 as? AdapterError)?.message == "there is no storage entry 'data'"
        }
    }

    @Test(arguments: ["", "Data", "-a", "a/b", "..", String(repeating: "a", count: 46)])
    func namesThatNoStorageHas(_ name: String) { #expect(!StorageEntries.isName(name)) }

    @Test func whatTheHostRecordedIsNotToldToOthers() async throws {
        try scratch.write("abc\n", to: "apps/shop/CONTAINER.web.1")
        #expect(try await deployment().app.live.isEmpty)
        #expect(try await deployment(Self.local).app.live.map(\.id) == ["abc"])
    }

    @Test func aBrokenMapIsNamed() async throws {
        try scratch.write("nonsense", to: "lib/config/scheduler-cloud/shop/autoscaling.web")
        await #expect { try await deployment() } throws: {
            "\($0)".contains("autoscaling.web of shop is no JSON object")
        }
    }
}
