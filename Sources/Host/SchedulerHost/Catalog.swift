import AdapterKit

/// The adapters that there are, by the name that an app selects.
package struct Catalog: Sendable {
    package let plugins: [AdapterPlugin]

    package init(_ plugins: [AdapterPlugin]) {
        self.plugins = plugins
    }

    package var schedulers: [String] { plugins.map(\.manifest.scheduler).sorted() }

    /// - Throws: ``AdapterError`` that lists the schedulers there are.
    package func plugin(for scheduler: String) throws -> AdapterPlugin {
        guard let plugin = plugins.first(where: { $0.manifest.scheduler == scheduler }) else {
            throw AdapterError(
                .invalidSettings, "there is no scheduler called '\(scheduler)'",
                details: ["schedulers: " + schedulers.joined(separator: ", ")],
                hint: "scheduler:set APP selected docker-local")
        }
        return plugin
    }
}
