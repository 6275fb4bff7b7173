import AdapterKit
import FoundationEssentials

/// What the last failed deploy left to tell: its containers are gone, their last lines are here.
package struct FailedDeploy: Codable, Sendable, Equatable {
    /// When it failed, RFC 3339.
    package var time: String
    package var error: AdapterError

    package init(time: String, error: AdapterError) {
        self.time = time
        self.error = error
    }

    package static func kept(_ app: AppName, _ layout: DokkuLayout) throws -> FailedDeploy? {
        try StateFiles.read(path(app, layout)).flatMap { try? JSONDecoder().decode(Self.self, from: Data($0)) }
    }

    /// Keeps it until a deploy succeeds. The lines may hold what the app wrote of its own secrets: mode 0600.
    package func keep(for app: AppName, _ layout: DokkuLayout) throws {
        try StateFiles.write(JSONEncoder().encode(self), to: Self.path(app, layout))
    }

    static func path(_ app: AppName, _ layout: DokkuLayout) -> String {
        layout.data("scheduler-docker-local", app, "failed-deploy.json")
    }
}
