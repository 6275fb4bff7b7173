import AdapterKit
import FoundationEssentials

/// A stage set for a plugin: a small Dokku host in a temporary folder, where core's part is played by shell scripts
/// that answer out of files.
final class PluginStage: Sendable {
    let folder: PluginFolder
    let path: String
    private let variables: [String: String]
    private let temporary: TemporaryFolder

    /// - Parameter backend: the variables by which the plugin finds its backend.
    init(_ folder: PluginFolder, backend: [String: String]) throws {
        self.folder = folder
        temporary = try TemporaryFolder()
        path = temporary.path
        variables = Self.variables(path, folder).merging(backend) { $1 }
        try build()
    }

    /// Below it lie the folders of apps.
    var root: String { path + "/home" }
    /// Dokku's library, with the state of plugins.
    var library: String { path + "/lib" }

    private static func variables(_ path: String, _ folder: PluginFolder) -> [String: String] {
        let plugins = path + "/lib/plugins"
        let core = path + "/lib/core-plugins"
        return [
            "KIT_STAGE": path, "KIT_SCHEDULER": folder.scheduler, "DOCKER_BIN": "docker", "DOKKU_ROOT": path + "/home",
            "DOKKU_HOST_ROOT": path + "/home", "DOKKU_DISTRO": "debian", "DOKKU_LIB_ROOT": path + "/lib",
            "DOKKU_LIB_PATH": path + "/lib", "PLUGIN_PATH": plugins, "PLUGIN_AVAILABLE_PATH": plugins + "/available",
            "PLUGIN_ENABLED_PATH": plugins + "/enabled", "PLUGIN_CORE_PATH": core,
            "PLUGIN_CORE_AVAILABLE_PATH": core + "/available", "PLUGIN_CORE_ENABLED_PATH": core + "/enabled",
            "DOKKU_API_VERSION": "1", "DOKKU_NOT_IMPLEMENTED_EXIT": "10", "DOKKU_VALID_EXIT": "0",
            "DOKKU_LOGS_DIR": path + "/log", "DOKKU_LOGS_HOST_DIR": path + "/log",
            "DOKKU_EVENTS_LOGFILE": path + "/log/events.log", "DOKKU_CONTAINER_LABEL": "dokku",
            "DOKKU_GLOBAL_RUN_ARGS":
                "--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=dokku",
            // The images that cases deploy are the kit's: none of them is to be cleaned up.
            "DOKKU_SKIP_IMAGE_RETIRE": "true",
        ]
    }

    // MARK: building

    private func build() throws {
        let files = FileManager.default
        for name in [
            "bin", "home", "log", "lib/plugins/enabled", "lib/plugins/available", "lib/core-plugins/enabled",
            "lib/config", "lib/data/" + folder.name, "lib/kit",
        ] { try files.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true) }
        // Core plugins lie in one folder, and are to be found among all.
        try link(path + "/lib/core-plugins/available", to: path + "/lib/plugins/available")
        try link(path + "/lib/plugins/enabled/" + folder.name, to: folder.path)
        try program("run", StagePrograms.run)
        try program("answers", StagePrograms.answers)
        try program("bin/plugn", StagePrograms.plugn)
        try program("bin/sudo", StagePrograms.sudo)
        if !Self.isInstalled("parallel") { try program("bin/parallel", StagePrograms.parallel) }
        if !Self.isInstalled("docker-container-healthchecker") {
            try program("bin/docker-container-healthchecker", StagePrograms.healthchecker)
        }
        try buildNeighbours()
        try property("scheduler", "--global", "selected", folder.scheduler)
    }

    /// The plugins beside this one. Where they were not built, what is missing of them is ours.
    private func buildNeighbours() throws {
        let files = FileManager.default
        let available = "lib/plugins/available/"
        let replaced: [String: [String: String]] = [
            "common": [
                "common": StagePrograms.common, "prop": StagePrograms.prop, "functions": StagePrograms.library,
                "property-functions": StagePrograms.propertyLibrary,
            ],
            "config": ["config_sub": StagePrograms.config, "functions": StagePrograms.configLibrary],
        ]
        if let parent = folder.neighbours {
            for name in try files.contentsOfDirectory(atPath: parent) where replaced[name] == nil {
                try link(path + "/" + available + name, to: parent + "/" + name)
            }
        } else {
            try link(path + "/" + available + folder.name, to: folder.path)
        }
        for (name, programs) in replaced {
            let own = available + name + "/"
            try files.createDirectory(atPath: path + "/" + own, withIntermediateDirectories: true)
            let theirs = folder.neighbours.map { $0 + "/" + name } ?? ""
            let present = (try? files.contentsOfDirectory(atPath: theirs)) ?? []
            // A built program asks for Dokku's real host; ours answer out of the stage.
            for file in present where programs[file] == nil || file.hasSuffix("functions") {
                try link(path + "/" + own + file, to: theirs + "/" + file)
            }
            for (file, text) in programs where !files.fileExists(atPath: path + "/" + own + file) {
                try program(own + file, text)
            }
        }
    }

    private func link(_ link: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    }

    private func program(_ name: String, _ text: String) throws {
        try write(text, to: path + "/" + name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/" + name)
    }

    /// Whether the host has `program`, in one of the places where programs are installed.
    private static func isInstalled(_ program: String) -> Bool {
        ["/usr/local/bin/", "/usr/bin/", "/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + program)
        }
    }

    // MARK: files

    /// Writes `text`, whole or not at all; other calls may be reading.
    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// A property of a core plugin; empty is unset.
    func property(_ plugin: String, _ app: String, _ name: String, _ value: String) throws {
        let place = library + "/config/\(plugin)/\(app)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        if value.isEmpty {
            try? FileManager.default.removeItem(atPath: place + "/" + name)
        } else {
            try write(value, to: place + "/" + name)
        }
    }

    /// The text of a file; `nil` where there is none.
    func text(_ file: String) -> String? {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: running

    /// Whether there is an app of that name.
    func knows(_ app: AppName) -> Bool { FileManager.default.fileExists(atPath: root + "/\(app)") }

    /// Makes the app's folder, as `apps:create` does.
    func create(_ app: AppName) async throws {
        guard !knows(app) else { return }
        try FileManager.default.createDirectory(atPath: root + "/\(app)", withIntermediateDirectories: true)
        try property("scheduler", app.description, "selected", folder.scheduler)
        if folder.has("post-create") { _ = try await trigger("post-create", [app.description]) }
    }

    /// Runs one of the folder's trigger files.
    /// - Throws: ``AdapterError`` with code `unsupported` when there is none.
    func trigger(
        _ name: String, _ arguments: [String], console: any Console = SilentConsole(), readsInput: Bool = false,
        variables extra: [String: String] = [:]
    ) async throws -> TriggerOutput {
        guard folder.has(name) else {
            throw AdapterError(.unsupported, "the \(folder.scheduler) scheduler has no trigger file \(name)")
        }
        return try await command(
            [variables["PLUGIN_PATH", default: ""] + "/enabled/\(folder.name)/\(name)"] + arguments, console: console,
            readsInput: readsInput, variables: extra)
    }

    /// Runs `words` as a trigger is run.
    func command(
        _ words: [String], console: any Console = SilentConsole(), readsInput: Bool = false,
        variables extra: [String: String] = [:]
    ) async throws -> TriggerOutput {
        try await TriggerRun(
            words: [path + "/run"] + words, variables: variables.merging(extra) { $1 }, readsInput: readsInput
        ).ended(console)
    }
}

/// For calls whose output is an answer.
struct SilentConsole: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}
