import AdapterKit
import FoundationEssentials

/// A scheduler plugin of Dokku as it lies in a folder: a `plugin.toml` and trigger files, in whatever language.
struct PluginFolder: Sendable {
    /// Absolute, without links in it.
    let path: String
    /// The name by which the plugin is enabled.
    let name: String
    /// The name that its triggers answer to.
    let scheduler: String

    /// Whether a plugin of Dokku lies at `path`.
    static func isOne(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/plugin.toml")
    }

    /// - Parameter scheduler: the name that the triggers answer to; `nil` takes it from the folder's.
    /// - Throws: ``AdapterError`` that says what is missing.
    init(_ path: String, scheduler: String?) throws {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        // A folder may be called as its repository is.
        let last = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        name = last.hasPrefix("dokku-") ? String(last.dropFirst("dokku-".count)) : last
        guard let found = scheduler ?? Self.scheduler(of: name) else {
            throw AdapterError(
                .invalidSettings, "the folder's name '\(last)' does not begin with scheduler-",
                details: ["so it does not tell which scheduler's name the plugin answers to"],
                hint: "check --scheduler NAME \(path)")
        }
        self.scheduler = found
        guard has("scheduler-deploy") || has("scheduler-app-status") || has("scheduler-stop") else {
            throw AdapterError(
                .invalidSettings, "\(path) has a plugin.toml and no trigger file of a scheduler",
                details: ["scheduler-deploy, scheduler-stop and scheduler-app-status were looked for"])
        }
    }

    private static func scheduler(of name: String) -> String? {
        guard name.hasPrefix("scheduler-"), name.count > "scheduler-".count else { return nil }
        return String(name.dropFirst("scheduler-".count))
    }

    /// Whether it answers `trigger`.
    func has(_ trigger: String) -> Bool { FileManager.default.isExecutableFile(atPath: path + "/" + trigger) }

    /// The roles whose trigger files are there. Retiring is none of them: Dokku has a plugin rename and retire what it
    /// made within its deploy.
    var capabilities: Set<Capability> {
        var found: Set<Capability> = []
        if has("scheduler-run") { found.insert(.run) }
        if has("scheduler-enter") { found.insert(.enter) }
        if has("scheduler-inspect") { found.insert(.inspect) }
        return found
    }

    /// The folder that holds Dokku's other plugins too, such as in a checkout or on a host; `nil` for a plugin that
    /// lies alone.
    var neighbours: String? {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return FileManager.default.fileExists(atPath: parent + "/common/functions") ? parent : nil
    }
}
