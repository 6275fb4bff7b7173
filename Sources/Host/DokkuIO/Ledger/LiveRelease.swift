import AdapterKit

/// The number of the release that took over last. It changes in one with the files that tell what serves
/// (``Switch``), so it is true whenever a process dies.
package enum LiveRelease {
    /// `nil` when nothing has taken over since there is a ledger.
    package static func kept(_ app: AppName, _ layout: DokkuLayout) throws -> Int? {
        if let record = try LocalState(layout, app).record() { return record.release.number }
        return try Properties(layout, plugin: "linkspan").value("release", .app(app)).flatMap { Int($0) }
    }
}
