import AdapterKit

extension DokkuInputs {
    /// The registry plugin's answers before what Dokku called us with (contract 3.1).
    func image() async throws -> ImageReference {
        guard try hasRegistry() else { return try ImageReference("dokku/\(app):\(tag.isEmpty ? "latest" : tag)") }
        async let server = plugn.ask("deployed-app-repository", app.description)
        async let repository = plugn.ask("deployed-app-image-repo", app.description)
        async let number = plugn.ask("deployed-app-image-tag", app.description)
        func unlessEmpty(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
        let named = try await unlessEmpty(repository) ?? "dokku/\(app)"
        let release = try await unlessEmpty(number) ?? unlessEmpty(tag) ?? "latest"
        return try await ImageReference((server ?? "") + named + ":" + release)
    }

    /// Whether the registry plugin has anything to say. Its properties are files of a fixed form; without any of those
    /// that name an image, its answers are known.
    private func hasRegistry() throws -> Bool {
        let names = ["deployed-app-repository", "deployed-app-image-repo", "deployed-app-image-tag"]
        guard names.allSatisfy({ plugn.plugins(with: $0) == ["registry"] }) else { return true }
        let registry = Properties(layout, plugin: "registry")
        return try ["server", "image-repo", "image-repo-template", "push-on-release"].contains { property in
            try !registry.computed(property, app).isEmpty
        }
    }
}
