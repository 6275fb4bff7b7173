import AdapterKit

/// The registry plugin's properties of one app, and what follows from them (contract 5.1).
package struct RegistrySettings: Sendable, Equatable {
    private let app: AppName
    private let own: [String: String]
    private let global: [String: String]

    /// - Parameters:
    ///   - own: the app's properties by name, raw.
    ///   - global: those for all apps.
    package init(app: AppName, own: [String: String], global: [String: String]) {
        self.app = app
        self.own = own
        self.global = global
    }

    private func computed(_ name: String) -> String {
        if let value = own[name], !value.isEmpty { return value }
        return global[name] ?? ""
    }

    // MARK: where to

    /// Whether somebody said where images go, be it Docker Hub.
    package var hasServer: Bool { !computed("server").trimmed.isEmpty }

    /// `host[:port][/path]/`; empty for Docker Hub and when it is not set.
    package var server: String { Self.normalized(computed("server")) }

    /// The server property as it is shown and prefixed.
    package static func normalized(_ server: String) -> String {
        var server = server.trimmed
        if server.hasSuffix("/") { server.removeLast() }
        return ["", "hub.docker.com", "docker.io"].contains(server) ? "" : server + "/"
    }

    /// The repository without its server: `image-repo`, else the template's, else `dokku/APP`.
    /// - Throws: ``AdapterError`` when the template is none.
    package func imageRepository() throws -> String {
        let chosen = (own["image-repo"] ?? "").trimmed
        guard chosen.isEmpty else { return chosen }
        let template = computed("image-repo-template")
        guard !template.isEmpty else { return "dokku/\(app)" }
        do {
            let made = try ImageTemplate(template).text(for: app).trimmed
            return made.isEmpty ? "dokku/\(app)" : made
        } catch let problem as ImageTemplate.Problem {
            throw AdapterError(
                .invalidSettings,
                "Unable to determine image repo from template: Unable to parse image-repo-template: \(problem.text)",
                hint: "registry:set \(app) image-repo-template 'PREFIX/{{ .AppName }}'")
        }
    }

    /// The repository as a report shows it: an unusable template counts as none.
    package var shownImageRepository: String { (try? imageRepository()) ?? "dokku/\(app)" }

    /// Where the app's images go.
    package func repository() throws -> RepositoryName { try RepositoryName(server + imageRepository()) }

    // MARK: when, and under which names

    /// Whether every release is pushed, whatever the scheduler. Only the exact word counts.
    package var pushesOnRelease: Bool { choice == "true" }

    /// Whether somebody has said that nothing is to be pushed: what the scheduler needs is there by other means.
    package var isPushForbidden: Bool { choice == "false" }

    private var choice: String {
        let own = (own["push-on-release"] ?? "").trimmed
        return own.isEmpty ? global["push-on-release"] ?? "" : own
    }

    /// Further tags, as they are between the commas.
    package var extraTags: [String] {
        let text = computed("push-extra-tags")
        return text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// The tag that was pushed last; 0 when there is none.
    /// - Throws: ``AdapterError`` when somebody wrote something else into the file.
    package func tagVersion() throws -> Int {
        let text = (own["tag-version"] ?? "").trimmed
        guard !text.isEmpty else { return 0 }
        guard let number = Int(text) else {
            throw AdapterError(
                .invalidSettings,
                "Unable to convert existing tag version (\(text)) to integer: strconv.Atoi: parsing \"\(text)\": "
                    + "invalid syntax")
        }
        return number
    }
}

extension String {
    /// Without blanks and newlines at both ends.
    var trimmed: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop { $0.isWhitespace })
    }
}
