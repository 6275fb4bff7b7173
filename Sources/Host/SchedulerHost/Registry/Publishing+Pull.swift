import AdapterKit
import DokkuIO
import LocalImages
import Registry

extension Publishing {
    /// The image of a release for the engine of this host. One that a Dokku has pushed is brought here again where it is
    /// lost (contract 3.1); one that was only built here is not to be had.
    func local(_ image: ReleaseImage, plugn: Plugn) async -> ReleaseImage {
        var release = image
        let images = LocalImages(variables: host.environment, readFile: Host.readFile)
        release.facts = await images.facts(of: release)
        guard release.facts == nil, await isPushed(image.local, plugn) else { return release }
        await host.console.showError("-----> Image \(image.local) not found locally, pulling from registry")
        do {
            try await pull(image.local)
            release.facts = await images.facts(of: release)
        } catch {
            // That there is no image, the scheduler says.
            await host.warn(of: error)
        }
        return release
    }

    /// Brings an image here from its registry.
    func pull(_ image: ImageReference) async throws {
        let server = RepositoryName(image).loginServer
        let login = try await host.login(at: server, app).map {
            RegistryCredential(server: server, username: $0.username, password: $0.password)
        }
        try await LocalImages(variables: host.environment, readFile: Host.readFile).pull(image, login: login)
    }

    private func isPushed(_ image: ImageReference, _ plugn: Plugn) async -> Bool {
        guard let tag = image.tag, tag != "latest" else { return false }
        return (try? await plugn.ask("deployed-app-image-tag", app.description)) == tag
    }
}
