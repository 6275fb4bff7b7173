import AdapterKit
import DokkuIO
import LocalImages

extension Host {
    /// An image as a scheduler is told of it. Where the scheduler takes it from a registry, what this host's engine
    /// knows of it comes along; nobody waits long for an engine.
    func releaseImage(_ image: ImageReference, for manifest: Manifest) async -> ReleaseImage {
        var release = ReleaseImage(local: image)
        guard manifest.images == .registry else { return release }
        release.facts = await LocalImages(variables: environment, readFile: Self.readFile).facts(of: release)
        return release
    }
}
