import APIClient
import DockerEngine
import Fakes
import Foundation
import ProcessStreams
import Traffic

/// A Docker Engine to check against.
struct DockerTarget: LiveTarget {
    let kind = BackendKind.docker
    let endpoint: APIEndpoint
    let engine: DockerEngine
    let server: Recording.Server
    /// The kit's images, which are there.
    let images: KitImages
    let patience = Duration.seconds(180)

    /// Connects to `address`, as `DOCKER_HOST` would have it, and puts the kit's images there.
    /// - Throws: ``Broken`` when it does not answer, or the images cannot be made.
    static func connect(_ address: String) async throws -> DockerTarget {
        let endpoint: APIEndpoint
        let engine: DockerEngine
        do {
            endpoint = try EngineAddress.endpoint(host: address, verifyTLS: false, certificateFolder: nil) { _ in [] }
            engine = try await DockerEngine.connect(to: endpoint) { $0 }
        } catch {
            throw Broken("no Docker Engine answers at \(address): \(error)")
        }
        let version = try await engine.version()
        let target = DockerTarget(
            endpoint: endpoint, engine: engine,
            server: Recording.Server(
                product: "docker-engine", version: version.Version,
                details: ["apiVersion": version.ApiVersion, "arch": version.Arch ?? "", "os": "linux"]),
            images: try .local())
        for image in [target.images.good, target.images.second] { try await target.makeImage(image.description) }
        return target
    }

    func stage(of tested: ConformanceCase, runID: String, secrets: Secrets) async throws -> any LiveBackend {
        try await LiveDocker(self, runID: runID, fault: tested.fault)
    }

    /// A file system of busybox and the kit's program, as an image: no registry, no build.
    private func makeImage(_ reference: String) async throws {
        // Made anew each time, so that it is this kit's program.
        let busybox = "/bin/busybox"
        guard FileManager.default.isExecutableFile(atPath: busybox) else {
            throw Broken("\(busybox) (Debian's busybox-static) is needed for the kit's image")
        }
        let folder = try TemporaryFolder()
        let root = folder.path + "/root"
        for part in ["/bin", "/tmp"] {
            try FileManager.default.createDirectory(atPath: root + part, withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: busybox, toPath: root + "/bin/busybox")
        for applet in [
            "sh", "awk", "head", "httpd", "sleep", "sort", "stty", "cat", "mkdir", "echo", "env", "true", "false",
        ] {
            try FileManager.default.createSymbolicLink(atPath: root + "/bin/" + applet, withDestinationPath: "busybox")
        }
        try Data(Workload.script.utf8).write(to: URL(fileURLWithPath: root + "/bin/kit"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/bin/kit")
        let archive = folder.path + "/image.tar"
        let packed = try await HostPrograms.run(["tar", "-C", root, "--mtime=2026-01-01", "-cf", archive, "."])
        guard packed.isSuccess, let bytes = FileManager.default.contents(atPath: archive) else {
            throw Broken("tar could not make the kit's image: \(packed.text)")
        }
        let parts = reference.split(separator: ":").map(String.init)
        try await engine.send(
            APICall<Void>(
                APIRequest(
                    .post, "/images/create",
                    query: [
                        QueryItem("fromSrc", "-"), QueryItem("repo", parts[0]), QueryItem("tag", parts[1]),
                        QueryItem("changes", "ENV PATH=/bin"), QueryItem("changes", "CMD [\"kit\",\"serve\"]"),
                    ], body: .init(bytes: Array(bytes), contentType: "application/x-tar")), expecting: [200]))
    }
}
