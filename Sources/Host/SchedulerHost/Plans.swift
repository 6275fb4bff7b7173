import AdapterKit
import DokkuIO

/// What a deploy would do, without doing it.
package struct Plans: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Shows the adapter's plan as it is.
    /// - Parameter makeRequest: asked once it is known that the scheduler can plan.
    package func show(_ makeRequest: () async throws -> DeployPipeline.Request) async throws {
        let adapter = try host.role((any Planning).self, .plan, of: app, .next, to: "plan a deploy")
        try await host.console.write(adapter.plan(try await deployment(await makeRequest())), to: .output)
    }

    /// Shows how the deploy differs from what is live.
    /// - Parameters:
    ///   - saves: whether the token is told that a deploy may be held to.
    ///   - makeRequest: asked once it is known that the scheduler can compare.
    /// - Returns: whether a deploy would change anything.
    package func compare(
        saves: Bool, _ makeRequest: () async throws -> DeployPipeline.Request
    ) async throws -> Bool {
        let adapter = try host.role(
            (any Comparing).self, .diff, of: app, .next, to: "compare a deploy with what is live")
        let comparison = try await adapter.compare(try await deployment(await makeRequest()))
        for part in comparison.parts where part.change != .keep {
            await host.console.line("-----> \(part.change.rawValue) \(part.name)")
            for line in part.lines { await host.console.line("       " + line) }
        }
        let counts: [(Comparison.Change, String)] = [
            (.create, "to create"), (.update, "to change"), (.delete, "to delete"), (.keep, "unchanged"),
        ]
        let words = counts.map { change, text in "\(comparison.parts.count { $0.change == change }) \(text)" }
        await host.console.headline(words.joined(separator: ", "))
        if saves { await host.console.line(comparison.token) }
        return !comparison.isUnchanged
    }

    private func deployment(_ request: DeployPipeline.Request) async throws -> Deployment {
        try await DeploymentInput(host, app).deployment(
            request, id: DeploymentID("plan"), for: try host.manifest(of: app))
    }
}
