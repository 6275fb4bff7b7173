import AdapterKit
import DokkuIO

/// One push of an app at a time; the second waits, and then finds what the first has pushed.
enum PushLock {
    static func take(_ layout: DokkuLayout, _ app: AppName) async throws -> FileLock {
        let path = layout.data("registry", app, "push.lock")
        try StateFiles.makeFolder(StateFiles.parent(of: path))
        while true {
            guard AppStore(layout).exists(app) else { throw AppMissing(name: app) }
            if case .success(let lock) = try FileLock.take(path, note: "") { return lock }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
