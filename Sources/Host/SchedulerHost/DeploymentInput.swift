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

    /// Reads all there is and asks the local engine what the image is.
    package func deployment(
        _ request: DeployPipeline.Request, id: DeploymentID, for manifest: Manifest
    ) async throws -> Deployment {
        let image = await host.releaseImage(request.image, of: request.project, for: manifest)
        var deployment = try await host.reader(app, tag: request.tag ?? "").deployment(
            request.project, image: image, formation: request.formation, id: id, only: request.only, for: manifest)
        if manifest.images == .localEngine { deployment.dockerOptions += host.variables.runOptions }
        deployment.keepsRunning = request.keepsRunning
        deployment.isRestart = request.isRestart
        deployment.agreedState = request.agreedState
        deployment.isTraced = host.isTraced
        if manifest.images == .registry, try RegistryLogins(host.layout, app).needsHelper(for: request.image) {
            await host.console.report(
                .warning(
                    "The login at \(request.image.registry ?? "Docker Hub") is with a credential helper, which is not "
                        + "asked: \(manifest.scheduler) must be able to pull without it"))
        }
        return deployment
    }
}
