import AdapterKit
import Glibc

/// The folders in which a plugin keeps properties and data, as Dokku's `PropertySetup` makes them (contract 4.2).
package struct PluginState: Sendable {
    private let layout: DokkuLayout
    private let owner: FileOwner?

    package init(_ layout: DokkuLayout, _ environment: [String: String]) throws {
        self.layout = layout
        owner = try FileOwner(environment: environment)
    }

    /// Makes the folders, with mode 0755 and Dokku's user as owner of all that is in them.
    package func setUp(properties plugins: [String], data: String?) throws {
        var folders = plugins.map { "\(layout.library)/config/\($0)" }
        if let data { folders.append("\(layout.library)/data/\(data)") }
        for folder in folders {
            try StateFiles.makeFolder(folder)
            chmod(folder, 0o755)
            try owner?.own(folder)
        }
    }
}
