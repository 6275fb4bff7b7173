import Foundation

/// A stage set of a Dokku host: folders laid out as Dokku's (contract 1.1), a `plugn` and a `dokku` with their
/// semantics (1.3, 1.6), and core plugins whose trigger files give answers that a test chooses.
///
/// The program under test is reached only as Dokku reaches it: through the files of its plugin folders.
package struct DokkuStage: Sendable, CustomStringConvertible {
    let folder: Scratch
    /// What every program on the stage gets (contract 1.5).
    package var variables: [String: String]
    /// The program under test.
    package let program: String

    /// - Parameter without: core plugins that this Dokku does not have.
    package init(without: Set<String> = [], program: String = Binary.path) throws {
        self.program = program
        folder = try Scratch()
        variables = Self.variables(folder.path)
        for name in ["home", "log", "state", "lib/config", "lib/data", "lib/plugins/available", "lib/plugins/enabled"] {
            try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        for (name, text) in StagePrograms.all { try write(program: text, to: "bin/" + name) }
        for (plugin, triggers) in StageAnswers.all where !without.contains(plugin) {
            try addCore(plugin)
            for (trigger, body) in triggers { try answer(trigger, of: plugin, body) }
        }
    }

    package var path: String { folder.path }
    package var description: String { "stage at \(path)" }
    /// `DOKKU_ROOT`: below it lie the folders of apps.
    package var root: String { path + "/home" }
    /// `DOKKU_LIB_ROOT`.
    package var library: String { path + "/lib" }

    private static func variables(_ path: String) -> [String: String] {
        let (plugins, core) = (path + "/lib/plugins", path + "/lib/core-plugins")
        return [
            // What a plugin leaves on the machine beside its folder lies here.
            "LINKSPAN_HOST_ROOT": path + "/machine",
            "STAGE": path, "PATH": path + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": path + "/home", "LC_ALL": "C", "DOCKER_BIN": "docker", "DOKKU_ROOT": path + "/home",
            "DOKKU_HOST_ROOT": path + "/home", "DOKKU_DISTRO": "debian", "DOKKU_LIB_PATH": path + "/lib",
            "DOKKU_LIB_ROOT": path + "/lib", "PLUGIN_PATH": plugins, "PLUGIN_AVAILABLE_PATH": plugins + "/available",
            "PLUGIN_ENABLED_PATH": plugins + "/enabled", "PLUGIN_CORE_PATH": core,
            "PLUGIN_CORE_AVAILABLE_PATH": core + "/available", "PLUGIN_CORE_ENABLED_PATH": core + "/enabled",
            // Root may give files to anybody, so that it shows whether they are given away; others keep theirs.
            "DOKKU_SYSTEM_USER": getuid() == 0 ? "nobody" : NSUserName(),
            "DOKKU_SYSTEM_GROUP": getuid() == 0 ? "nogroup" : groupName(), "DOKKU_API_VERSION": "1",
            "DOKKU_NOT_IMPLEMENTED_EXIT": "10", "DOKKU_VALID_EXIT": "0", "DOKKU_LOGS_DIR": path + "/log",
            "DOKKU_LOGS_HOST_DIR": path + "/log", "DOKKU_EVENTS_LOGFILE": path + "/log/events.log",
            "DOKKU_CONTAINER_LABEL": "dokku",
            "DOKKU_GLOBAL_RUN_ARGS":
                "--label=org.label-schema.schema-version=1.0 --label=org.label-schema.vendor=dokku --label=dokku",
        ]
    }

    private static func groupName() -> String {
        getgrgid(getgid()).map { String(cString: $0.pointee.gr_name) } ?? String(getgid())
    }

    // MARK: plugins

    /// Makes a core plugin's folder with the links that lead to it.
    package func addCore(_ plugin: String) throws {
        let available = "lib/core-plugins/available/\(plugin)"
        try folder.write(
            "[plugin]\ndescription = \"dokku core \(plugin) plugin\"\nversion = \"0.38.27\"\n[plugin.config]\n",
            to: available + "/plugin.toml")
        try link("lib/core-plugins/enabled/\(plugin)", to: "\(path)/\(available)")
        try link("lib/plugins/available/\(plugin)", to: "\(path)/\(available)")
        try link("lib/plugins/enabled/\(plugin)", to: "\(library)/plugins/available/\(plugin)")
    }

    /// Gives a core plugin a trigger, or its trigger another answer: `body` is POSIX sh, with the words of
    /// ``StageAnswers/preamble``. Each call of it is in ``calls``.
    package func answer(_ trigger: String, of plugin: String, _ body: String) throws {
        try write(program: StageAnswers.preamble + body + "\n", to: "lib/core-plugins/available/\(plugin)/\(trigger)")
    }

    /// Takes a trigger away, as an older Dokku does not have it.
    package func forget(_ trigger: String, of plugin: String) throws {
        try FileManager.default.removeItem(atPath: "\(library)/core-plugins/available/\(plugin)/\(trigger)")
    }

    /// Plugin folders in the order in which plugn goes through them.
    package var enabled: [String] { folder.names("lib/plugins/enabled") }

    /// Makes a plugin folder whose trigger files are links to the program.
    package func link(plugin: String, triggers: [String]) throws {
        let available = "lib/plugins/available/\(plugin)"
        try folder.write("[plugin]\n[plugin.config]\n", to: available + "/plugin.toml")
        for trigger in triggers { try link("\(available)/\(trigger)", to: program) }
        try link("lib/plugins/enabled/\(plugin)", to: "\(path)/\(available)")
    }

    /// Gives a plugin that is installed a trigger file more, which is a link to the program.
    package func linkTrigger(_ trigger: String, of plugin: String) throws {
        try link("lib/plugins/enabled/\(plugin)/\(trigger)", to: program)
    }

    func link(_ name: String, to target: String) throws {
        let link = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (link as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    }

    func write(program text: String, to name: String) throws {
        try folder.write(text, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(path)/\(name)")
    }
}
