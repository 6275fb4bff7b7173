import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: InstanceRetiring {
    func promote(_ rollout: Rollout, of app: App, console: any Console) async throws {
        await console.report(.step("Renaming containers"))
        let engine = try await connection.engine()
        let kept = Set(app.live.map(\.id))
        try await EngineTrouble.translating("rename the containers of \(app.name)") {
            for instance in rollout.superseded {
                try await moveAway(instance.id, from: ContainerName.live(app.name, instance.name), engine)
            }
            try await eachAtOnce(rollout.instances.filter { !kept.contains($0.id) }) { instance in
                try await takeName(ContainerName.live(app.name, instance.name), for: instance.id, engine)
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
        }
        await Undo(engine: engine, console: console, clock: context.clock).bringBack(rollout.superseded, of: app.name)
    }

    func resume(_ instances: [Instance], console: any Console) async throws {
        await Undo(engine: try await connection.engine(), console: console, clock: context.clock).start(instances)
    }

    func dismiss(_ instances: [String]) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("tell old containers to finish") {
            try await eachAtOnce(instances) { id in
                // The engine starts a container again that ends by any signal but its own stop signal.
                let details: ContainerDetails
                do {
                    details = try await engine.send(.inspectContainer(id))
                } catch let failure as APIFailure where failure.status == 404 { return }
                try await engine.send(.killContainer(id, signal: details.Config.StopSignal ?? "SIGTERM"))
            }
        }
    }

    func retire(_ instances: [String], stopTimeout: Int, console: any Console) async throws -> [String] {
        let engine = try await connection.engine()
        let retired: [String] = try await throttled(instances, atOnce: 8) { id in
            do {
                try? await engine.send(.disableRestart(id))
                try await engine.end(id, seconds: stopTimeout)
                return id
            } catch let failure as APIFailure {
                await console.report(.warning("Container \(id.prefix(12)) could not be retired: \(failure)"))
                return nil
            }
        }.compactMap { $0 }
        guard !retired.isEmpty else { return [] }
        // An engine in trouble answers that a container is gone which it still lists.
        let listed = try await EngineTrouble.translating("see what has been retired") {
            Set(try await engine.send(.containers(.deployed(nil))).filter { $0.State != "removing" }.map(\.Id))
        }
        for id in retired where listed.contains(id) {
            await console.report(.warning("Container \(id.prefix(12)) could not be retired: the engine still has it"))
        }
        return retired.filter { !listed.contains($0) }
    }

    func leftovers(of app: App, known: Set<String>) async throws -> [String] {
        let engine = try await connection.engine()
        let containers = try await EngineTrouble.translating("look for leftover containers of \(app.name)") {
            try await engine.send(.containers(.deployed(app.name)))
        }
        // Containers that Dokku's own plugin made, or another host, are not ours to judge.
        return ours(containers, of: app).filter { $0.Labels[Label.deployment] != nil }.map(\.Id)
            .filter { !known.contains($0) }
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

    /// A container that is gone has no name to change, one that is called so already needs none.
    private func rename(_ id: String, to name: String, _ engine: DockerEngine) async throws {
        do {
            try await engine.send(.renameContainer(id, to: name))
        } catch let failure as APIFailure where failure.status == 404 {
        } catch let failure as APIFailure where failure.status != nil {
            guard try await engine.send(.inspectContainer(id)).Name == "/" + name else { throw failure }
        }
    }

    /// Gives `id` the name, moving a container out of the way that nobody recorded.
    private func takeName(_ name: String, for id: String, _ engine: DockerEngine) async throws {
        do {
            try await rename(id, to: name, engine)
        } catch let failure as APIFailure where failure.status == 409 {
            try await moveAway(name, from: name, engine)
            try await rename(id, to: name, engine)
        }
    }

    /// Gives a container the name of one that is superseded: the live one's with the time behind it.
    private func moveAway(_ id: String, from name: String, _ engine: DockerEngine) async throws {
        let now = context.now()
        // Two deploys within a second want the same name.
        for mark in now... {
            do {
                return try await rename(id, to: "\(name).\(mark)", engine)
            } catch let failure as APIFailure where failure.status == 409 && mark < now + 100 {}
        }
    }
}
