import AdapterKit
import DokkuIO

/// Makes the deployment that a scheduler is given, for deploys and for plans alike.
package struct DeploymentInput: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Reads all there is, and brings the image to where the scheduler takes it from.
    /// - Parameter publishes: whether the image is pushed where it has to be: a plan only tells.
    package func deployment(
        _ request: DeployPipeline.Request, id: DeploymentID, for manifest: Manifest, publishes: Bool = false
    ) async throws -> Deployment {
        let image = try await Publishing(host, app).releaseImage(
            request.image, of: request.project, for: manifest, pushes: publishes)
        var deployment = try await host.reader(app, tag: request.tag ?? "").deployment(
            request.project, image: image, formation: request.formation, id: id, only: request.only, for: manifest)
        if manifest.images == .localEngine { deployment.dockerOptions += host.variables.runOptions }
        deployment.keepsRunning = request.keepsRunning
        deployment.isRestart = request.isRestart
        deployment.agreedState = request.agreedState
        deployment.isTraced = host.isTraced
        deployment.keeps = try Ledger(host.layout, app).history().retained
        if manifest.images == .registry {
            deployment.pullCredentials = try await host.pullCredentials(app, for: image)
            if publishes { await LoginEnds(host, app).warn(of: deployment) }
        }
        return deployment
    }
}
