import AdapterKit

/// Dokku's property files: one a value, raw and without a newline (contract 4.2).
package struct Properties: Sendable {
    private let layout: DokkuLayout
    package let plugin: String

    package init(_ layout: DokkuLayout, plugin: String) {
        self.layout = layout
        self.plugin = plugin
    }

    private func path(_ name: String, _ scope: PropertyScope) -> String {
        layout.properties(plugin, scope) + "/" + name
    }

    /// The value, `nil` when it is not set.
    package func value(_ name: String, _ scope: PropertyScope) throws -> String? {
        try StateFiles.readText(path(name, scope))
    }

    /// The app's value, else the host's, else `fallback`.
    package func computed(_ name: String, _ app: AppName?, default fallback: String = "") throws -> String {
        if let app, let value = try value(name, .app(app)), !value.isEmpty { return value }
        if let value = try value(name, .global), !value.isEmpty { return value }
        return fallback
    }

    /// Writes a value; an empty one removes it.
    package func set(_ name: String, to value: String, _ scope: PropertyScope) throws {
        if value.isEmpty {
            try StateFiles.remove(path(name, scope))
        } else {
            try StateFiles.write(value, to: path(name, scope))
        }
    }

    /// The lines of a list, none when it is not set.
    package func list(_ name: String, _ scope: PropertyScope) throws -> [String] {
        try (value(name, scope) ?? "").split(separator: "\n").map(String.init)
    }

    package func setList(_ name: String, to values: [String], _ scope: PropertyScope) throws {
        try set(name, to: values.map { $0 + "\n" }.joined(), scope)
    }

    /// The names of all properties that are set.
    package func names(_ scope: PropertyScope) throws -> [String] {
        try StateFiles.names(in: layout.properties(plugin, scope)).filter { !$0.hasSuffix(".tmp") }
    }

    package func clone(from old: AppName, to new: AppName) throws {
        for name in try names(.app(old)) {
            if let bytes = try StateFiles.read(path(name, .app(old))) {
                try StateFiles.write(bytes, to: path(name, .app(new)))
            }
        }
    }

    package func destroy(_ app: AppName) throws { try StateFiles.removeFolder(layout.properties(plugin, .app(app))) }
}
