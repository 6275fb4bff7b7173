import AdapterKit
import DokkuIO

/// A trigger that the registry plugin answers (contract 3.1 and 5.5).
package enum RegistryTrigger: String, Sendable, CaseIterable {
    case imageRepository = "deployed-app-image-repo"
    case imageTag = "deployed-app-image-tag"
    case server = "deployed-app-repository"
    case release = "post-release-builder"
    /// Before a build: whoever cannot publish what would be built is told so now.
    case extracted = "core-post-extract"

    /// - Parameter plugin: the plugin whose file was called. That nothing can be published is also told by schedulers
    ///   that pull: the registry plugin may be Dokku's own.
    package init?(_ name: String, of plugin: String?) {
        guard let trigger = RegistryTrigger(rawValue: name), let plugin else { return nil }
        let isPulling = Catalog.builtIn.plugins.contains {
            $0.propertyPlugin == plugin && $0.manifest.images == .registry
        }
        guard plugin == OwnPlugin.registryName || (trigger == .extracted && isPulling) else { return nil }
        self = trigger
    }

    /// - Returns: the exit status that Dokku gets.
    package func answer(_ arguments: [String], on host: Host) async throws -> ExitStatus {
        func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
        switch self {
        case .imageRepository:
            await host.console.line(try host.registrySettings(AppName(argument(0))).imageRepository())
        case .imageTag:
            let settings = try host.registrySettings(AppName(argument(0)))
            if settings.pushesOnRelease { await host.console.line("\(max(1, try settings.tagVersion()))") }
        case .server: await host.console.line(try host.registrySettings(AppName(argument(0))).server)
        case .release: try await Publishing(host, AppName(argument(1))).release(ImageReference(argument(2)))
        case .extracted: try Publishing(host, AppName(argument(0))).requireRegistry()
        }
        return .success
    }
}
