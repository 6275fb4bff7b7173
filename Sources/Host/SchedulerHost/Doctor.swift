import AdapterKit
import DokkuIO

/// Looks at the backends of schedulers and tells what would keep deploys from succeeding.
package struct Doctor: Sendable {
    private let host: Host

    package init(_ host: Host) {
        self.host = host
    }

    /// Examines an app's scheduler, or every scheduler that is selected somewhere.
    /// - Returns: whether nothing is bad.
    package func examine(_ app: AppName?) async throws -> Bool {
        if let app {
            let adapter = try host.role(
                (any Examining).self, .doctor, of: app, .next, to: "be examined")
            return try await tell(adapter, app, try host.scheduler(of: app))
        }
        let selected = try Set([host.scheduler(of: nil)] + host.apps.all().map { try host.scheduler(of: $0) })
        let examinable = host.catalog.plugins.map(\.manifest)
            .filter { selected.contains($0.scheduler) && $0.capabilities.contains(.doctor) }.map(\.scheduler)
        guard !examinable.isEmpty else {
            throw AdapterError(
                .unsupported, "no scheduler that is selected here can be examined",
                details: ["selected: " + selected.sorted().joined(separator: ", ")],
                hint: "scheduler:set --global selected NAME")
        }
        var isGood = true
        for scheduler in examinable {
            guard let adapter = try host.adapter(scheduler: scheduler, app: nil) as? any Examining else { continue }
            isGood = try await tell(adapter, nil, scheduler) && isGood
        }
        return isGood
    }

    private func tell(_ adapter: any Examining, _ app: AppName?, _ scheduler: String) async throws -> Bool {
        await host.console.headline("\(app.map { "\($0) on " } ?? "")\(scheduler)")
        let examination = try await adapter.examine(
            try app.map { try host.reader($0).liveApp() }, console: host.console)
        let width = examination.findings.map(\.subject.count).max() ?? 0
        for finding in examination.findings {
            let blanks = String(repeating: " ", count: width - finding.subject.count)
            let line = "\(finding.subject):\(blanks) \(finding.text)"
            switch finding.verdict {
            case .good: await host.console.line("       " + line)
            case .warning: await host.console.line(" ?     " + line)
            case .bad: await host.console.line(" !     " + line)
            }
        }
        if !examination.rights.isEmpty {
            await host.console.headline("The rights that would do")
            for line in examination.rights.split(separator: "\n", omittingEmptySubsequences: false) {
                await host.console.line(String(line))
            }
        }
        return examination.isGood
    }
}
