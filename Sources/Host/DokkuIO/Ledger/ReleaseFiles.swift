import AdapterKit
import FoundationEssentials

/// The files that say what the next deploy of an app is made of beside its image: config, Procfile, `app.json`, scale
/// and checks, byte by byte. The same files hold them with and without a Dokku (contract 3.2 to 3.4, 3.8, 3.10), so
/// going back to a release is putting its files back.
package struct ReleaseFiles: Codable, Sendable, Equatable {
    /// What the files hold, by a name that is the same for every app; one that is not there is not named. The config's
    /// values are secrets.
    package private(set) var files: [String: Data]

    /// The app's own config. Values are secrets.
    package var config: [String: String]? {
        guard let bytes = files["config"] else { return [:] }
        return try? Dotenv.parse(Array(bytes), file: "config")
    }

    /// The names of the files that are not the same in both.
    package func names(differingFrom other: ReleaseFiles) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }

    /// The files as they are.
    package static func current(_ app: AppName, _ layout: DokkuLayout) throws -> ReleaseFiles {
        var files: [String: Data] = [:]
        for (name, path) in try paths(app, layout) { files[name] = try StateFiles.read(path).map { Data($0) } }
        return ReleaseFiles(files: files)
    }

    /// The files as they will be once `release` has taken over.
    package static func upcoming(_ release: KeptRelease, _ app: AppName, _ layout: DokkuLayout) throws -> ReleaseFiles {
        var files = try current(app, layout).files
        let changes = Dictionary(
            LocalState(layout, app).changes(to: release).map { ($0.path, $0.bytes) }
        ) { _, last in last }
        for (name, path) in try paths(app, layout) {
            if let change = changes[path] { files[name] = change.map { Data($0) } }
        }
        return ReleaseFiles(files: files)
    }

    /// What has to change for the app to have these files and no others of their kind.
    func changes(_ app: AppName, _ layout: DokkuLayout) throws -> [FileBatch.Change] {
        var paths = try Self.paths(app, layout)
        for name in files.keys where paths[name] == nil { paths[name] = Self.property(name, app, layout) }
        return try paths.sorted { $0.key < $1.key }.compactMap { name, path in
            let bytes = files[name].map(Array.init)
            guard try StateFiles.read(path) != bytes else { return nil }
            return FileBatch.Change(path, bytes)
        }
    }

    /// Properties that belong to a release, beside all of the plugin `checks`.
    private static let properties = ["ps/scale", "ps/start-cmd", "ps/dockerfile-start-cmd"]

    private static func paths(_ app: AppName, _ layout: DokkuLayout) throws -> [String: String] {
        var paths = [
            "config": config(app, layout), "Procfile": ProjectFiles.keptPath(.procfile, app, layout),
            "app.json": ProjectFiles.keptPath(.appJSON, app, layout),
        ]
        let checks = try Properties(layout, plugin: "checks").names(.app(app)).map { "checks/" + $0 }
        for name in properties + checks { paths[name] = property(name, app, layout) }
        return paths
    }

    private static func property(_ name: String, _ app: AppName, _ layout: DokkuLayout) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix(".") else { return nil }
        return layout.properties(String(parts[0]), .app(app)) + "/" + parts[1]
    }

    /// Older Dokkus keep an app's config in the app's own folder.
    private static func config(_ app: AppName, _ layout: DokkuLayout) -> String {
        let (path, old) = (layout.config(app), layout.app(app, "ENV"))
        return layout.isDokku && !StateFiles.exists(path) && StateFiles.exists(old) ? old : path
    }
}
