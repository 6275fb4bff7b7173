import AdapterKit
import FoundationEssentials

extension Subject {
    /// The Dokku plugin in the folder at `path`: a `plugin.toml` and trigger files.
    /// - Parameter scheduler: the name that its triggers answer to; `nil` takes it from the folder's name.
    /// - Throws: ``AdapterError`` that says what is missing.
    public static func dokkuPlugin(
        at path: String, scheduler: String? = nil, backend: BackendKind? = nil
    ) async throws -> Subject {
        let folder = try PluginFolder(path, scheduler: scheduler)
        let kind = backend ?? .docker
        let stages = PluginStages(folder)
        let manifest = Manifest(
            scheduler: folder.scheduler, capabilities: folder.capabilities, images: kind.images,
            cron: try await stages.usesHostCron() ? .host : .scheduler)
        let plugin = AdapterPlugin(manifest: manifest, variables: kind.variables) { context in
            PluginFolderAdapter(stage: try stages.stage(for: context), isDocker: kind == .docker)
        }
        return Subject(name: folder.scheduler, form: .dokkuPlugin, plugin: plugin, backend: kind)
    }
}

/// One stage for each of a run's cases: a host that remembers between calls.
private final class PluginStages: Sendable {
    private let folder: PluginFolder
    private let stages = Synchronized<[String: PluginStage]>([:])

    init(_ folder: PluginFolder) {
        self.folder = folder
    }

    func stage(for context: AdapterContext) throws -> PluginStage {
        let key = ([context.origin] + context.variables.sorted { $0.key < $1.key }.map { $0.key + "=" + $0.value })
            .joined(separator: "\n")
        let made = stages.update { stages in
            Result<PluginStage, any Error> {
                if let stage = stages[key] { return stage }
                let stage = try PluginStage(folder, backend: context.variables)
                stages[key] = stage
                return stage
            }
        }
        return try made.get()
    }

    /// Whether the host's crontab runs the tasks of its apps; not, where it does not say.
    func usesHostCron() async throws -> Bool {
        guard folder.has("scheduler-uses-host-cron") else { return false }
        let stage = try PluginStage(folder, backend: [:])
        return try await stage.trigger("scheduler-uses-host-cron", [folder.scheduler]).text
            .split(whereSeparator: \.isWhitespace) == ["true"]
    }
}

extension BackendKind {
    /// Where schedulers of this kind take images from.
    fileprivate var images: ImageSource {
        switch self {
        case .docker: .localEngine
        case .kubernetes, .nomad: .registry
        case .none: .none
        }
    }

    /// The variables by which plugins find it.
    fileprivate var variables: [String] {
        switch self {
        case .docker: ["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"]
        case .kubernetes: ["KUBECONFIG"]
        case .nomad: ["NOMAD_ADDR"]
        case .none: []
        }
    }
}
