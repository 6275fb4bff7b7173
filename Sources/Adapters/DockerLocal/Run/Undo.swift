import APIClient
import AdapterKit
import DockerEngine

/// Takes back what a deploy did. Never throws: it tries for a while, then says what is left.
struct Undo: Sendable {
    let engine: DockerEngine
    let console: any Console
    let clock: any Clock<Duration>
    /// Half a second each: an engine that is being restarted is back by then.
    private static let attempts = 30

    /// Removes every container with the label of `deployment`, also one whose creation was never answered.
    /// - Returns: whether they are gone.
    func removeAll(of deployment: DeploymentID, app: AppName) async -> Bool {
        do {
            try await persistently {
                let mine = ["label": ["\(Label.deployment)=\(deployment)"]]
                try await eachAtOnce(try await engine.send(.containers(mine))) {
                    try await engine.send(.removeContainer($0.Id, withVolumes: true))
                }
                // An engine in trouble answers that a container is gone which it still lists.
                if try await engine.send(.containers(mine)).contains(where: { $0.State != "removing" }) {
                    throw APIFailure.interrupted(call: "DELETE /containers", reason: "a container is still there")
                }
            }
            return true
        } catch {
            await console.report(
                .warning(
                    "What this deploy of \(app) has made could not be removed: the Docker Engine does not answer. "
                        + "The next deploy or ps:retire \(app) removes it"))
            return false
        }
    }

    /// Starts instances again that the deploy had stopped.
    /// - Returns: whether all of them run.
    @discardableResult
    func start(_ instances: [Instance]) async -> Bool {
        var areRunning = true
        for instance in instances {
            do {
                try await persistently { try await engine.send(.startContainer(instance.id)) }
            } catch let failure as APIFailure where failure.status == 404 {
                await console.report(.warning("\(instance.name) is gone: its container was removed by somebody else"))
                areRunning = false
            } catch {
                await console.report(
                    .warning("\(instance.name) could not be started again: \(EngineTrouble.describe(error))"))
                areRunning = false
            }
        }
        return areRunning
    }

    /// Gives superseded instances their names back and starts those that do not run; one after the other's trouble.
    func bringBack(_ instances: [Instance], of app: AppName) async {
        for instance in instances {
            do {
                let name = ContainerName.live(app, instance.name)
                try await persistently { try await engine.send(.renameContainer(instance.id, to: name)) }
            } catch let failure as APIFailure where failure.status == 404 {
                continue
            } catch {
                // It is called so already, or it keeps another name: it can run all the same.
            }
        }
        await start(instances)
    }

    private func persistently(_ body: () async throws -> Void) async throws {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let failure as APIFailure where failure.status == nil && attempt < Self.attempts {
                try await clock.sleep(for: .milliseconds(500))
                attempt += 1
            }
        }
    }
}

extension EngineTrouble {
    /// A sentence about `error` without a full stop.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as AdapterError: error.message
        case let failure as APIFailure: failure.description
        case is CancellationError: "it was cancelled"
        default: "\(error)"
        }
    }
}
