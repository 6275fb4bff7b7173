import AdapterKit
import DokkuIO
import LocalImages

extension Host {
    /// An image as a scheduler is told of it. Where the scheduler takes it from a registry, what this host's engine
    /// knows of it comes along; nobody waits long for an engine.
    func releaseImage(
        _ image: ImageReference, of project: ProjectFiles, for manifest: Manifest
    ) async -> ReleaseImage {
        var release = ReleaseImage(local: image)
        if let user = project.buildpackUser { release.buildpackUser = user }
        // Dokku's plugins ask whom they are asked about what kind of image it is.
        guard manifest.images == .registry || (plugn != nil && manifest.images == .localEngine) else { return release }
        release.facts = await LocalImages(variables: environment, readFile: Self.readFile).facts(of: release)
        return release
    }
}
