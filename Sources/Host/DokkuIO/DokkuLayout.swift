import AdapterKit

/// Where Dokku keeps things, and the same below a folder of our own where there is no Dokku.
package struct DokkuLayout: Sendable, Equatable {
    /// `DOKKU_ROOT`: one folder an app.
    package let root: String
    /// `DOKKU_LIB_ROOT`: properties and data of plugins.
    package let library: String
    /// Tells this state folder from others on the machine. Empty under a Dokku, of which there is one.
    package let origin: String
    /// Docker's own configuration, with the logins at registries; under a Dokku that user's. `nil` for nobody's.
    package let dockerConfig: String?

    /// - Parameter home: whose Docker configuration counts; ``root`` under a Dokku.
    package init(root: String, library: String, origin: String = "", home: String? = nil) {
        self.root = root
        self.library = library
        self.origin = origin
        dockerConfig = (origin.isEmpty ? root : home).map { $0 + "/.docker/config.json" }
    }

    /// Dokku's folders when it called us, else `LINKSPAN_HOME`, else the user's state folder.
    /// - Throws: ``AdapterError`` when none of them is known.
    package init(environment: [String: String]) throws {
        if let root = environment["DOKKU_ROOT"], !root.isEmpty {
            self.init(root: root, library: environment["DOKKU_LIB_ROOT"] ?? "/var/lib/dokku")
            return
        }
        let home: String
        if let chosen = environment["LINKSPAN_HOME"], !chosen.isEmpty {
            home = chosen
        } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            home = state + "/linkspan"
        } else if let user = environment["HOME"], user.hasPrefix("/") {
            home = user + "/.local/state/linkspan"
        } else {
            throw AdapterError(
                .hostTrouble, "there is no folder to keep state in: neither LINKSPAN_HOME nor HOME is set",
                hint: "set LINKSPAN_HOME to a folder that you may write to")
        }
        let absolute = try StateFiles.absolute(home)
        self.init(
            root: absolute + "/apps", library: absolute + "/lib", origin: Self.mark(of: absolute),
            home: environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil })
    }

    /// A short name for a folder, the same from run to run.
    private static func mark(of path: String) -> String { String(Fingerprint.sum(of: path.utf8), radix: 36) }

    /// Whether a Dokku keeps these folders: what other plugins know is theirs to tell and to write then.
    package var isDokku: Bool { origin.isEmpty }

    package func app(_ name: AppName) -> String { "\(root)/\(name)" }

    package func app(_ name: AppName, _ file: String) -> String { "\(root)/\(name)/\(file)" }

    /// A plugin's folder of data for `app`.
    package func data(_ plugin: String, _ app: AppName, _ file: String = "") -> String {
        "\(library)/data/\(plugin)/\(app)" + (file.isEmpty ? "" : "/" + file)
    }

    package func data(_ plugin: String, _ file: String) -> String { "\(library)/data/\(plugin)/\(file)" }

    /// A plugin's folder of properties for an app or for all (contract 4.2).
    package func properties(_ plugin: String, _ scope: PropertyScope) -> String {
        "\(library)/config/\(plugin)/\(scope)"
    }

    /// The app's config as `KEY="value"` lines.
    package func config(_ app: AppName) -> String { "\(library)/config/\(app)/ENV" }
}

/// Whose property it is.
package enum PropertyScope: Sendable, Hashable, CustomStringConvertible {
    case app(AppName)
    case global

    /// The app; `nil` for all.
    package var app: AppName? { if case .app(let name) = self { name } else { nil } }

    package var description: String {
        switch self {
        case .app(let name): name.description
        case .global: "--global"
        }
    }
}
