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
            return try await showContainers()
        }
        for instance in failed.error.failedInstances {
            await host.console.headline("\(app) \(instance.name) \(instance.reason) (\(failed.time))")
            for line in instance.lastLines { await host.console.line(line) }
        }
    }

    /// What Dokku's own docker-local has left of a failed deploy: containers, whose logs the engine still has.
    private func showContainers() async throws {
        let noted = FailedContainers(host.layout, app)
        let failed = try noted.all()
        guard !failed.isEmpty else { return await host.console.showError(" !     No failed containers found") }
        let adapter = try host.adapter(scheduler: "docker-local", app: app)
        var left: [Instance] = []
        for instance in failed {
            let one = App(name: app, live: [instance])
            guard try await adapter.status(of: one).states.contains(where: { $0.state != "missing" }) else {
                await host.console.showError(" !     App container \(instance.id) no longer running")
                continue
            }
            left.append(instance)
            try await adapter.logs(of: one, matching: LogQuery(count: nil, isRaw: true), console: host.console)
        }
        try noted.keep(left)
    }
}
