import AdapterKit
import DokkuIO

/// Under a Dokku, images go when the last container that used them has gone: lines of a queue that Dokku's docker-local
/// shares (contract 2.8). Without one, images are the user's own.
struct RetiredImages: Sendable {
    private let host: Host
    private let queue: RetireQueue

    init(_ host: Host) {
        self.host = host
        queue = RetireQueue(host.layout, of: .images)
    }

    /// Notes the images of containers that are to go. What cannot be told is told, and nobody's failure.
    func register(_ ids: [String], of app: AppName, due time: Int, adapter: any Adapter) async {
        guard host.layout.isDokku, host.variables.retiresImages, let adapter = adapter as? any ImageRetiring else {
            return
        }
        do {
            let retiring = Set(try RetireQueue(host.layout).entries().map(\.id))
            let live = try host.reader(app).liveApp()
            let kept = try Ledger(host.layout, app).history().localImages
            // What an app was made from is its owner's, not a release's.
            let source = try host.properties("git").value("source-image", .app(app))
            let images = try await adapter.unusedImages(of: ids, app: live, retiring: retiring).filter { $0 != source }
            // What a release names that can be gone back to goes with that release, and so do its other names.
            let isKept = images.contains { kept.contains("sha256:" + $0) }
            let gone = images.filter { !kept.contains("sha256:" + $0) && !(isKept && $0.contains("/")) }
            try queue.add(gone, of: app, due: time)
        } catch {
            await host.warn(of: error)
        }
    }

    /// Removes the images of `app` whose time has come, or of all apps.
    func retire(_ only: AppName?, now: Int) async throws {
        guard host.layout.isDokku else { return }
        let due = try queue.entries().filter { $0.due <= now && (only == nil || $0.app == only) }
        for (app, entries) in Dictionary(grouping: due, by: \.app) {
            guard let adapter = try host.adapter(scheduler: "docker-local", app: app) as? any ImageRetiring else {
                return
            }
            try queue.remove(try await adapter.retireImages(entries.map(\.id), of: app))
        }
    }
}
