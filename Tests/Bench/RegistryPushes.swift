import Foundation

/// Pushes to a real registry, beside `docker push` of images of the same size.
struct RegistryPushes {
    private static let registryVariable = "LINKSPAN_BENCH_REGISTRY"
    private static let size = 20_000_000

    let stage: Stage
    let registry: String

    /// Needs a registry that takes pushes without a login, an engine that trusts it, and docker.
    static func measure(binary: String, runs: Int) throws -> Report.Part {
        var part = Report.Part(title: "Registry", figures: [])
        guard let registry = ProcessInfo.processInfo.environment[registryVariable] else {
            part.skipped = "\(registryVariable) names a registry that takes pushes, such as 127.0.0.1:5000"
            return part
        }
        guard (try? Program(["docker", "version"]).run()) != nil else {
            part.skipped = "there is no docker to compare with"
            return part
        }
        let stage = try Stage(binary: binary)
        defer { stage.clear() }
        part.figures = try RegistryPushes(stage: stage, registry: registry).measure(runs)
        return part
    }

    private var theirs: String { "\(registry)/bench/theirs:1" }
    private let ours = "linkspan-bench/ours:1"

    private func measure(_ runs: Int) throws -> [Figure] {
        try stage.linkspan("apps:create", "shop")
        try stage.linkspan("registry:set", "shop", "server", registry)
        defer {
            let tags = (1...(runs * 2)).map { "\(registry)/dokku/shop:\($0)" }
            for image in [ours, theirs] + tags { _ = try? Program(["docker", "image", "rm", image]).run() }
        }
        let fresh = try Figures(
            runs: runs,
            [
                ("linkspan registry:push", { try pushFresh(ours) { try push() } }),
                ("docker push", { try pushFresh(theirs) { try Program(["docker", "push", theirs]).run() } }),
            ])
        let again = try Figures(
            runs: runs * 3,
            [
                ("linkspan registry:push", { try push() }),
                ("docker push", { try Program(["docker", "push", theirs]).run() }),
            ])
        return [fresh.milliseconds("a new image of 20 MB"), again.milliseconds("the same image again")]
    }

    private func push() throws -> Program.Cost { try stage.linkspan("registry:push", "shop", ours) }

    /// Makes an image that no registry has any of; only the push is measured.
    private func pushFresh(_ image: String, _ push: () throws -> Program.Cost) throws -> Program.Cost {
        let noise = FileHandle(forReadingAtPath: "/dev/urandom")
        let bytes = try noise?.read(upToCount: Self.size) ?? Data()
        try bytes.write(to: URL(fileURLWithPath: stage.folder + "/noise.bin"))
        try Program(["tar", "-C", stage.folder, "-cf", stage.folder + "/image.tar", "noise.bin"]).run()
        try Program(["docker", "import", stage.folder + "/image.tar", image]).run()
        return try push()
    }
}
