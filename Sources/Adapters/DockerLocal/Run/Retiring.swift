import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: InstanceRetiring {
    func promote(_ rollout: Rollout, of app: App, console: any Console) async throws {
        await console.report(.step("Renaming containers"))
        let engine = try await connection.engine()
        let kept = Set(app.live.map(\.id))
        try await EngineTrouble.translating("rename the containers of \(app.name)") {
            let mark = context.now()
            for instance in rollout.superseded {
                try await rename(instance.id, to: ContainerName.superseded(app.name, instance.name, mark: mark), engine)
            }
            try await eachAtOnce(rollout.instances.filter { !kept.contains($0.id) }) { instance in
                try await takeName(ContainerName.live(app.name, instance.name), for: instance.id, mark, engine)
            }
        }
    }

    func withdraw(_ rollout: Rollout, of app: App, console: any Console) async throws {
        let engine = try await connection.engine()
        let before = Set(app.live.map(\.id))
        try await EngineTrouble.translating("take the deploy of \(app.name) back") {
            try await eachAtOnce(rollout.instances.filter { !before.contains($0.id) }) { instance in
                try await engine.send(.removeContainer(instance.id))
            }
            for instance in rollout.superseded {
                try await rename(instance.id, to: ContainerName.live(app.name, instance.name), engine)
                try await engine.send(.startContainer(instance.id))
            }
        }
    }

    func dismiss(_ instances: [String]) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("tell old containers to finish") {
            try await eachAtOnce(instances) { try await engine.send(.killContainer($0, signal: "SIGTERM")) }
        }
    }

    func retire(_ instances: [String], stopTimeout: Int, console: any Console) async throws -> [String] {
        let engine = try await connection.engine()
        return try await throttled(instances, atOnce: 8) { id in
            await console.report(.detail("Attempting to retire app container \(id)"))
            do {
                try? await engine.send(.disableRestart(id))
                try await engine.send(.stopContainer(id, seconds: stopTimeout))
                try await engine.send(.removeContainer(id))
                return id
            } catch let failure as APIFailure {
                await console.report(.warning("Container \(id.prefix(12)) could not be retired: \(failure)"))
                return nil
            }
        }.compactMap { $0 }
    }

    func leftovers(of app: App?, known: Set<String>) async throws -> [Leftover] {
        let engine = try await connection.engine()
        let containers = try await EngineTrouble.translating("look for leftover containers") {
            try await engine.send(.containers(.deployed(app?.name)))
        }
        return containers.filter { !known.contains($0.Id) }.compactMap { container in
            guard let name = container.Labels[Label.app].flatMap({ try? AppName($0) }) else { return nil }
            return Leftover(
                app: name, id: container.Id, name: container.Labels[Label.dyno].flatMap { InstanceName($0) })
        }
    }

    func located(_ instances: [Instance]) async throws -> [Instance] {
        let engine = try await connection.engine()
        return try await throttled(instances, atOnce: 8) { instance in
            var instance = instance
            if let details = try? await engine.send(.inspectContainer(instance.id)), let address = details.address {
                instance.address = address
            }
            return instance
        }
    }

    func prepareRestore(of app: App) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("prepare the restore of \(app.name)") {
            let stopped = try await engine.send(.containers(.deployed(app.name))).filter { container in
                !container.isRunning && ContainerName.isSuperseded(container.name, of: app.name)
            }
            try await eachAtOnce(stopped) { try await engine.send(.removeContainer($0.Id)) }
        }
    }

    /// A container that is gone has no name to change.
    private func rename(_ id: String, to name: String, _ engine: DockerEngine) async throws {
        do {
            try await engine.send(.renameContainer(id, to: name))
        } catch let failure as APIFailure where failure.status == 404 {}
    }

    /// Gives `id` the name, moving a container out of the way that nobody recorded.
    private func takeName(_ name: String, for id: String, _ mark: Int, _ engine: DockerEngine) async throws {
        do {
            try await engine.send(.renameContainer(id, to: name))
        } catch let failure as APIFailure where failure.status == 409 {
            try await rename(name, to: "\(name).\(mark)", engine)
            try await engine.send(.renameContainer(id, to: name))
        }
    }
}
