import APIClient
import AdapterKit
import DockerEngine
import LocalImages

extension DockerLocalAdapter: FolderExecuting {
    func execute(_ task: FolderTask, console: any Console) async throws -> ExitStatus {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("run a command beside \(task.name)") {
            try await fetchUnlessHere(task.image, engine)
            return try await TaskRun(
                plan: TaskPlan(beside: task), hasTerminal: task.hasTerminal, app: nil, stopTimeout: 10, engine: engine,
                console: console, context: context
            ).attached()
        }
    }

    /// As `docker run` would: the image belongs to nobody's release.
    private func fetchUnlessHere(_ image: ImageReference, _ engine: DockerEngine) async throws {
        do {
            _ = try await engine.send(.inspectImage(image.description))
        } catch let failure as APIFailure where failure.status == 404 {
            try await LocalImages(variables: context.variables, readFile: context.readFile).pull(image, login: nil)
        }
    }
}

extension TaskPlan {
    /// A container with nothing but the folder: no app's config, networks or options.
    init(beside task: FolderTask) {
        name = "storage.\(task.name).\(task.number)"
        spec = ContainerSpec(Image: task.image.description)
        spec.Cmd = task.command.isEmpty ? Shell.words(nil) : task.command
        spec.User = task.user
        spec.HostConfig.Binds = ["\(task.source):/data"]
        spec.HostConfig.AutoRemove = true
        spec.Labels[Label.storageEntry] = task.name
        spec.attach(hasTerminal: task.hasTerminal)
        networks = []
        platform = nil
    }
}
