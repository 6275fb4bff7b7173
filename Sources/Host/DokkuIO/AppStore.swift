import AdapterKit

/// The apps that there are: one folder each below ``DokkuLayout/root``.
package struct AppStore: Sendable {
    private let layout: DokkuLayout

    package init(_ layout: DokkuLayout) {
        self.layout = layout
    }

    /// All apps by name. Folders whose names begin with a dot or a capital are none (contract 1.7).
    package func all() throws -> [AppName] {
        try StateFiles.names(in: layout.root).compactMap { try? AppName($0) }
            .filter { StateFiles.isFolder(layout.app($0)) }
    }

    package func exists(_ app: AppName) -> Bool { StateFiles.isFolder(layout.app(app)) }

    /// Takes `text` for the name of an app that there is.
    /// - Throws: ``AdapterError`` for a malformed name, ``AppMissing`` for an unknown one.
    package func existing(_ text: String) throws -> AppName {
        let name = try AppName(text)
        guard exists(name) else { throw AppMissing(name: name) }
        return name
    }

    package func create(_ app: AppName) throws { try StateFiles.makeFolder(layout.app(app)) }

    package func destroy(_ app: AppName) throws { try StateFiles.removeFolder(layout.app(app)) }
}

/// There is no such app; a caller learns it from exit status 20.
package struct AppMissing: Error, Equatable {
    package var name: AppName

    package init(name: AppName) {
        self.name = name
    }

    package var message: String { "App \(name) does not exist" }
}
