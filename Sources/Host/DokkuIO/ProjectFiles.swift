import AdapterKit

/// What an app's author wrote: Procfile, `app.json` and `.env`.
package struct ProjectFiles: Sendable, Equatable {
    package var procfile: Procfile?
    package var appJSON: AppJSON
    package var environment: [String: String]
    /// As they were read, for keeping.
    package var originals: [Kind: [UInt8]]

    package enum Kind: String, Sendable, CaseIterable {
        case procfile = "Procfile"
        case appJSON = "app.json"
        case environment = ".env"
    }

    /// What somebody else keeps: there is nothing of it to keep here.
    init(procfile: Procfile? = nil, appJSON: AppJSON = AppJSON(), environment: [String: String] = [:]) {
        self.procfile = procfile
        self.appJSON = appJSON
        self.environment = environment
        originals = [:]
    }

    /// Reads a project's folder. A file that is missing says nothing.
    /// - Throws: ``AdapterError`` that names the file and line at fault.
    package init(folder: String) throws {
        guard StateFiles.isFolder(folder) else {
            throw AdapterError(
                .notFound, "there is no folder \(folder)", hint: "deploy APP --project DIRECTORY --image IMAGE")
        }
        try self.init { kind in
            let path = folder + "/" + kind.rawValue
            return try StateFiles.read(path).map { ($0, path) }
        }
    }

    /// Reads what was kept of the project at the last successful deploy.
    package init(kept app: AppName, _ layout: DokkuLayout) throws {
        try self.init { kind in
            let path = Self.keptPath(kind, app, layout)
            return try StateFiles.read(path).map { ($0, path) }
        }
    }

    /// The files of a release that is kept.
    package init(_ release: ReleaseFiles) throws {
        let names: [Kind: String] = [.procfile: "Procfile", .appJSON: "app.json", .environment: "config"]
        try self.init { kind in names[kind].flatMap { release.files[$0] }.map { (Array($0), kind.rawValue) } }
    }

    private init(read: (Kind) throws -> (bytes: [UInt8], path: String)?) throws {
        originals = [:]
        appJSON = AppJSON()
        environment = [:]
        for kind in Kind.allCases {
            guard let (bytes, path) = try read(kind) else { continue }
            originals[kind] = bytes
            switch kind {
            case .procfile: procfile = try Procfile(bytes, file: path)
            case .appJSON: appJSON = try AppJSON(bytes, file: path)
            case .environment: environment = try Dotenv.parse(bytes, file: path)
            }
        }
    }

    /// The user that the host's buildpack images run as; `nil` for the usual one.
    package var buildpackUser: String? { environment["DOKKU_APP_USER"].flatMap { $0.isEmpty ? nil : $0 } }

    /// Keeps the files for an app that has none yet.
    package func keep(for app: AppName, _ layout: DokkuLayout) throws {
        for (kind, bytes) in originals { try StateFiles.write(bytes, to: Self.keptPath(kind, app, layout)) }
    }

    static func keptPath(_ kind: Kind, _ app: AppName, _ layout: DokkuLayout) -> String {
        switch kind {
        case .procfile: layout.data("ps", app, "Procfile")
        case .appJSON: layout.data("app-json", app, "app.json")
        case .environment: layout.config(app)
        }
    }
}
