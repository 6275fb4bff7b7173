import AdapterKit

/// What has to be known of an app and is no plain property: read from our own files, or asked of a Dokku's plugins.
/// Each of the two is a source of the same values; nobody behind them can tell which it was.
package protocol AppInputs: Sendable {
    /// What the app's author wrote, and the app's config.
    func project(_ wanted: WantedCommands) async throws -> ProjectFiles
    /// How many instances of each process type there are to be.
    func formation(_ project: ProjectFiles) async throws -> Formation
    /// The image of the release.
    /// - Throws: ``AdapterError`` when there is none.
    func image() async throws -> ImageReference
    /// Domains and port maps.
    func routes() async throws -> Routes
    /// The certificate that the user imported, `nil` for none.
    func certificate() async throws -> Certificate?
    /// The app's mounts, in the phase that is about to begin.
    func mounts(_ phase: ContainerPhase, _ manifest: Manifest) async throws -> [Mount]
    /// All options for one container, as words: what other plugins want it to have. `nil` where nobody is asked, and
    /// mounts, resources, networks and the restart policy say it one by one.
    /// - Parameter instance: `nil` for a one-off task.
    func engineOptions(for instance: InstanceName?, _ kind: ImageFacts.Kind) async throws -> [String]?
}

/// Whose commands of the Procfile are wanted: each may cost a question.
package enum WantedCommands: Sendable, Equatable {
    /// Those of all process types.
    case all
    /// That of one type, if there is such a type.
    case one(ProcessType)
    case none
}

/// What a container is made for; Dokku's plugins keep options for each.
package enum ContainerPhase: String, Sendable {
    case deploy, run
}

/// Without a Dokku: the files that deploys and commands have kept.
struct OwnInputs: AppInputs {
    let layout: DokkuLayout
    let app: AppName

    func project(_ wanted: WantedCommands) throws -> ProjectFiles { try ProjectFiles(kept: app, layout) }

    func formation(_ project: ProjectFiles) throws -> Formation {
        try Formation.current(kept: Formation.kept(app, layout), project: project)
    }

    func image() throws -> ImageReference {
        guard let text = try Properties(layout, plugin: "linkspan").value("image", .app(app)) else {
            throw AdapterError(
                .notFound, "App \(app) has not been deployed", hint: "deploy \(app) --image IMAGE --project DIRECTORY")
        }
        return try ImageReference(text)
    }

    func routes() throws -> Routes {
        let domains = try StateFiles.readText(layout.app(app, "VHOST")) ?? ""
        return Routes(
            domains: domains.split(whereSeparator: \.isWhitespace).map(String.init),
            ports: try Properties(layout, plugin: "ports").list("map", .app(app)).map { line in
                guard let map = PortMap(line) else {
                    throw AdapterError(
                        .invalidSettings, "'\(line)' is no port map", hint: "ports:set \(app) http:80:5000")
                }
                return map
            })
    }

    func certificate() throws -> Certificate? { try CertificateFiles(layout, app).read() }

    func mounts(_ phase: ContainerPhase, _ manifest: Manifest) throws -> [Mount] {
        try StorageAttachment.mounts(of: app, layout, manifest)
    }

    func engineOptions(for instance: InstanceName?, _ kind: ImageFacts.Kind) -> [String]? { nil }
}
