import Foundation
import TestSupport
import Testing

/// Commands for schedulers that are not local, as far as they need no backend.
struct RemoteCommandTests {
    private func binary() async throws -> Binary {
        let binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere/docker.sock"])
        try await binary.run("apps:create", "shop")
        return binary
    }

    private func expectError(
        _ result: RunResult, _ status: Int32, _ words: String..., location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.error)", sourceLocation: location)
        #expect(result.error.hasPrefix(" !     "), "\(result.error)", sourceLocation: location)
        for word in words { #expect(result.error.contains(word), "\(result.error)", sourceLocation: location) }
    }

    @Test func whatASchedulerCannotDoIsStatus10() async throws {
        let binary = try await binary()
        for words in [
            ["doctor"], ["doctor", "shop"], ["plan", "shop", "--diff"],
            ["deploy", "shop", "--image", "x", "--plan", "t"],
        ] {
            expectError(try await binary.run(words), 10, "can")
        }
        expectError(try await binary.run("plan", "shop", "--save"), 1, "--save needs --diff")
        expectError(try await binary.run("doctor", "nope"), 20, "App nope does not exist")
    }

    @Test(.enabled(if: Tool.exists("openssl"))) func certificates() async throws {
        let binary = try await binary()
        let folder = try Scratch()
        for name in ["one", "two"] {
            _ = try await Tool.run(
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=\(name).example.com", "-addext", "subjectAltName=DNS:\(name).example.com,DNS:www.example.com",
                "-keyout", "\(folder.path)/\(name).key", "-out", "\(folder.path)/\(name).crt")
        }
        let (chain, key) = (folder.path + "/one.crt", folder.path + "/one.key")
        expectError(try await binary.run("certs:add", "shop", chain, folder.path + "/two.key"), 1, "not that of")
        expectError(try await binary.run("certs:add", "shop", key, chain), 1, "holds a private key")
        expectError(try await binary.run("certs:add", "shop", "/nowhere", key), 1, "there is no file /nowhere")
        expectError(try await binary.run("certs:add", "shop"), 1, "CRT file specified not found")
        expectError(try await binary.run("certs:remove", "shop"), 1, "shop has no certificate")
        #expect(binary.home.names("apps/shop").isEmpty)

        let added = try await binary.run("certs:add", "shop", chain, key)
        #expect(added.status == 0 && added.output == "-----> Imported the certificate of shop\n")
        for file in ["server.crt", "server.key"] {
            let path = binary.home.path + "/apps/shop/tls/" + file
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let report = try await binary.run("certs:report", "shop").output
        #expect(report.hasPrefix("=====> shop ssl information\n"))
        #expect(report.contains("Ssl enabled:                   true"))
        #expect(report.contains("one.example.com www.example.com"), "\(report)")
        #expect(!report.contains("KEY"))
        let expires = try await binary.run("certs:report", "shop", "--ssl-expires-at").output
        #expect(expires.contains("GMT"), "\(expires)")
        #expect(try await binary.run("certs:remove", "shop").status == 0)
        #expect(try await binary.run("certs:report", "shop", "--ssl-enabled").output == "false\n")
        #expect(binary.home.names("apps/shop").isEmpty)
    }

    @Test func storageByName() async throws {
        let binary = try await binary()
        expectError(try await binary.run("storage:destroy", "data"), 1, "there is no storage entry 'data'")
        expectError(try await binary.run("storage:exec", "data", "busybox:1", "--", "ls"), 1, "no storage entry 'data'")
        expectError(try await binary.run("storage:exec", "data"), 1, "Please specify an image to run")
        expectError(try await binary.run("storage:create", "Data", "--size", "1Gi"), 1, "is no name for storage")
        expectError(try await binary.run("storage:create", "data"), 1, "No size specified")
        try binary.home.write(
            #"{"name": "data", "scheduler": "k3s", "size": "1Gi", "schema_version": 1}"#,
            to: "lib/data/storage-registry/entries/data.json")
        #expect(try await binary.run("storage:mount", "shop", "data:/data").status == 0)
        #expect(try await binary.run("storage:list", "shop").output.contains("       data:/data\n"))
        #expect(
            binary.home.read("lib/config/storage/shop/mounts")
                == #"{"container_path":"/data","entry_name":"data","phases":["deploy","run"]}"# + "\n")
        #expect(try await binary.run("storage:report", "shop", "--storage-mounts").output == "-v data:/data\n")
        expectError(try await binary.run("storage:mount", "shop", "data:/data"), 1, "Mount path already exists.")
        expectError(try await binary.run("storage:destroy", "data"), 1, "mounted by shop")
        expectError(
            try await binary.run("deploy", "shop", "--image", "x:1", "--project", binary.project.path), 10,
            "the docker-local scheduler cannot provide the storage entry data", "storage:unmount shop data:/data")
        #expect(try await binary.run("storage:unmount", "shop", "data:/data").status == 0)
        #expect(try await binary.run("storage:destroy", "data").status == 0)
    }

    @Test func aSecretSettingIsStoredAndShownNowhere() async throws {
        let binary = try await binary()
        let said = [
            try await binary.run("scheduler-nomad:set", "shop", "token", "a-very-secret-id").output,
            try await binary.run("scheduler-nomad:report", "shop").output,
            try await binary.run("scheduler-nomad:report", "shop", "--format", "json").output,
            try await binary.run("scheduler-nomad:report", "shop", "--scheduler-nomad-computed-token").output,
        ]
        #expect(said[0] == "=====> Setting token to ***\n" && said[3] == "***\n")
        #expect(!said.joined().contains("a-very-secret-id"))
        #expect(binary.home.read("lib/config/scheduler-nomad/shop/token") == "a-very-secret-id")
    }

    /// With the Kubernetes adapter in the catalogue its settings have commands, made from what it declares.
    @Test func settingsOfAnAdapterHaveCommands() async throws {
        let binary = try await binary()
        guard try await binary.run("--help").output.contains("scheduler-kubernetes:set") else { return }
        #expect(
            try await binary.run("scheduler-kubernetes:set", "shop", "namespace", "blue").output
                == "=====> Setting namespace to blue\n")
        #expect(
            try await binary.run("scheduler-kubernetes:report", "shop", "--scheduler-kubernetes-computed-namespace")
                .output == "blue\n")
        expectError(
            try await binary.run("scheduler-kubernetes:set", "shop", "rollout", "x"), 1, "must be beside, rolling")
        expectError(
            try await binary.run("scheduler-kubernetes:set", "shop", "nope", "x"), 1, "Invalid property specified")
        let words = ["example.com/team", "blue", "--resource-type", "deployment", "--process-type", "web"]
        #expect(try await binary.run(["scheduler-kubernetes:annotations:set", "shop"] + words).status == 0)
        #expect(
            binary.home.read("lib/config/scheduler-kubernetes/shop/annotations.web.deployment")
                == #"{"example.com/team":"blue"}"#)
        let report = try await binary.run("scheduler-kubernetes:annotations:report", "shop", "--format", "json")
        #expect(report.output == #"{"web.deployment.example.com/team":"blue"}"# + "\n")
        expectError(
            try await binary.run(
                "scheduler-kubernetes:labels:set", "shop", "team", "dark blue", "--resource-type", "pod"), 1,
            "that Kubernetes does not take")
        expectError(
            try await binary.run("scheduler-kubernetes:labels:set", "shop", "team", "blue"), 1,
            "No resource type specified")
        #expect(
            try await binary.run("scheduler-kubernetes:autoscaling:set", "shop", "cpu", "70", "--process-type", "web")
                .status == 0)
        #expect(
            try await binary.run("scheduler-kubernetes:autoscaling:report", "shop", "--web.cpu").output == "70\n")
    }
}
