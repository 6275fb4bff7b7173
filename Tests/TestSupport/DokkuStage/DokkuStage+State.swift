import Foundation

/// What the core plugins of the stage know of an app. Names without a comment are files that ``StageAnswers`` read.
extension DokkuStage {
    /// Makes the app's folder, as `apps:create` does, with a scheduler of its own if one is given.
    package func create(_ app: String, on scheduler: String = "") throws {
        try FileManager.default.createDirectory(atPath: "\(root)/\(app)", withIntermediateDirectories: true)
        if !scheduler.isEmpty { try set("scheduler", app, "selected", scheduler) }
    }

    /// Writes a property (contract 4.2); an empty value removes it.
    package func set(_ plugin: String, _ app: String, _ name: String, _ value: String) throws {
        let file = "lib/config/\(plugin)/\(app)/\(name)"
        if value.isEmpty {
            try? FileManager.default.removeItem(atPath: "\(path)/\(file)")
        } else {
            try folder.write(value, to: file)
        }
    }

    package func property(_ plugin: String, _ app: String, _ name: String) -> String? {
        folder.read("lib/config/\(plugin)/\(app)/\(name)")
    }

    /// What a property trigger, such as `ps-get-property`, says of `name`.
    package func answerProperty(_ trigger: String, _ app: String, _ name: String, _ value: String) throws {
        try folder.write(value, to: "state/\(app)/\(trigger)/\(name)")
    }

    package func scale(_ app: String, _ lines: String...) throws {
        try folder.write(lines.joined(separator: "\n"), to: "state/\(app)/scale")
    }

    package func procfile(_ app: String, _ commands: [String: String]) throws {
        for (type, command) in commands { try folder.write(command + "\n", to: "state/\(app)/procfile/\(type)") }
    }

    /// The merged config of an app.
    package func config(_ app: String, _ values: [String: String]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try folder.write(
            String(decoding: try encoder.encode(values), as: UTF8.self) + "\n", to: "state/\(app)/config.json")
        for (key, value) in values { try folder.write(value, to: "state/\(app)/config/\(key)") }
    }

    /// Content for any other file of ``StageAnswers``: `ports`, `ports.json`, `app.json`, `domains`, `mounts.json`,
    /// `docker-args-deploy`, `image/tag`, …
    package func state(_ app: String, _ file: String, _ text: String) throws {
        try folder.write(text, to: "state/\(app)/\(file)")
    }

    /// A file below the stage, such as `home/shop/CONTAINER.web.1`.
    package func read(_ file: String) -> String? { folder.read(file) }

    package func names(_ subfolder: String) -> [String] { folder.names(subfolder) }

    package func write(_ text: String, to file: String) throws { try folder.write(text, to: file) }

    package func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

    /// `user:group` of a file, links not followed.
    package func owner(of file: String) throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(file)")
        return "\(attributes[.ownerAccountName] ?? "?"):\(attributes[.groupOwnerAccountName] ?? "?")"
    }

    package func mode(of file: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: "\(path)/\(file)")[.posixPermissions] as? Int) ?? 0
    }
}
