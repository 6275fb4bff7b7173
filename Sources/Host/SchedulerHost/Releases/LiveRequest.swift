import AdapterKit
import DokkuIO

/// The release that serves, as it would be deployed again: from what is kept of it, not from what is set by now.
struct LiveRequest: Sendable {
    let release: Release
    let files: ReleaseFiles
    let request: DeployPipeline.Request

    /// - Throws: ``AdapterError`` when nothing has been deployed since there is a ledger, or what it was made of is lost.
    init(_ host: Host, _ app: AppName) async throws {
        let ledger = Ledger(host.layout, app)
        let history = try ledger.history()
        guard let release = history.live.flatMap({ history[$0] }), let files = try ledger.files(of: release.number)
        else {
            throw AdapterError(
                .notFound, "it is not known what \(app) should run: no release of it has been noted",
                hint: host.layout.isDokku ? "ps:restart \(app)" : "deploy \(app)")
        }
        let image: ImageReference
        switch try await WayBack(host, app).answer(release) {
        case .open(let found): image = found
        case .closed(let reason):
            throw AdapterError(
                .imageUnavailable, "release \(release.number) of \(app), which serves, cannot be made again: \(reason)",
                hint: "releases \(app)")
        }
        var project = try ProjectFiles(files)
        if host.layout.isDokku {
            // Config for all apps is none of the release's own: it is what it is now.
            let own = try ReleaseFiles.current(app, host.layout).config ?? [:]
            let merged = try await host.reader(app).inputs.project(.none).environment
            project.environment = merged.filter { own[$0.key] == nil }.merging(files.config ?? [:]) { $1 }
        }
        let lines = files.files["ps/scale"].map { String(decoding: $0, as: UTF8.self) } ?? ""
        let scale = try Formation(parsing: lines.split(whereSeparator: \.isNewline).map(String.init))
        self.release = release
        self.files = files
        request = DeployPipeline.Request(
            project: project, image: image,
            formation: host.layout.isDokku ? scale : try Formation.current(kept: scale, project: project),
            tag: host.layout.isDokku ? "latest" : nil, reason: "repair")
    }
}
