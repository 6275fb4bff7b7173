import AdapterKit
import DokkuIO

/// `logs:failed`: what the instances of the last failed deploy wrote.
package struct FailedLogs: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    package func show() async throws {
        guard let failed = try FailedDeploy.kept(app, host.layout) else {
            return await host.console.showError(" !     No failed containers found")
        }
        for instance in failed.error.failedInstances {
            await host.console.headline("\(app) \(instance.name) \(instance.reason) (\(failed.time))")
            for line in instance.lastLines { await host.console.line(line) }
        }
    }
}
