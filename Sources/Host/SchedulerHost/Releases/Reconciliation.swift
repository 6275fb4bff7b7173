import AdapterKit
import DokkuIO

/// `scheduler:diff`: what runs of an app beside what the ledger says should run, and putting it right.
package struct Reconciliation: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Shows what differs. An app that is stopped or that is being deployed differs in nothing.
    /// - Parameter repairs: whether what differs is put right.
    /// - Returns: whether something differs still.
    package func run(repairs: Bool, isJSON: Bool) async throws -> Bool {
        if let reason = try await reasonToLeaveItAlone() {
            if isJSON { await host.console.line(try ShownRelease.json(Shown(app, nil, [], note: reason))) }
            if !isJSON { await host.console.report(.detail(reason)) }
            return false
        }
        let live = try await LiveRequest(host, app)
        var parts = try await parts(live)
        if repairs, !parts.isEmpty {
            if !isJSON { await show(parts, live) }
            try await repair(parts, live)
            let after = try await LiveRequest(host, app)
            parts = try await self.parts(after)
            if !isJSON, parts.isEmpty {
                await host.console.headline("\(app) runs what release \(after.release.number) says")
            }
        }
        if isJSON {
            await host.console.line(try ShownRelease.json(Shown(app, live.release.number, parts, note: nil)))
        } else if !repairs || !parts.isEmpty {
            await show(parts, live)
        }
        return !parts.isEmpty
    }

    private func reasonToLeaveItAlone() async throws -> String? {
        if try DeployLock.isHeld(host.layout, app) { return "\(app) is being deployed: it is looked at the next time" }
        guard try host.properties("ps").value("restore", .app(app)) != "false" else {
            return "\(app) is stopped: there is nothing to be seen to"
        }
        return nil
    }

    // MARK: looking

    /// What differs. What is scheduled to go is no difference.
    private func parts(_ live: LiveRequest) async throws -> [Comparison.Part] {
        let scheduler = try host.scheduler(of: app)
        if let noted = live.release.begun.scheduler, noted != scheduler {
            throw AdapterError(
                .conflict, "\(app) runs on the \(noted) scheduler, and \(scheduler) is selected for it",
                hint: "deploy \(app)")
        }
        let manifest = try host.manifest(of: app)
        let deployment = try await DeploymentInput(host, app).deployment(
            live.request, id: DeploymentID(live.release.begun.id), for: manifest)
        let adapter = try host.adapter(for: app)
        let all: [Comparison.Part]
        if let finder = adapter as? any DriftFinding {
            all = try await finder.drift(of: deployment) + leftovers(deployment.app, adapter)
        } else {
            let adapter = try host.role(
                (any Comparing).self, .diff, of: app, to: "compare what runs with what should")
            all = try await adapter.compare(deployment).parts
        }
        return all.filter { $0.change != .keep }
    }

    private func leftovers(_ live: App, _ adapter: any Adapter) async throws -> [Comparison.Part] {
        guard let adapter = adapter as? any InstanceRetiring else { return [] }
        let known = Set(live.live.map(\.id) + (try RetireQueue(host.layout).entries().map(\.id)))
        return try await adapter.leftovers(of: live, known: known).map {
            Comparison.Part("container \($0.prefix(12))", .delete, lines: ["- no release of \(app) names it"])
        }
    }

    private func show(_ parts: [Comparison.Part], _ live: LiveRequest) async {
        for part in parts {
            await host.console.line("-----> \(Shown.word(part.change)) \(part.name)")
            for line in part.lines { await host.console.line("       " + line) }
        }
        let waiting = (try? ReleaseFiles.current(app, host.layout).names(differingFrom: live.files)) ?? []
        if !waiting.isEmpty {
            await host.console.report(
                .detail(
                    "Set since release \(live.release.number), for the next deploy: \(waiting.joined(separator: ", "))")
            )
        }
        let words = [Comparison.Change.create, .update, .delete].map { change in
            "\(parts.count { $0.change == change }) \(Shown.word(change))"
        }
        await host.console.headline("\(app) release \(live.release.number): " + words.joined(separator: ", "))
    }

    // MARK: putting right

    private func repair(_ parts: [Comparison.Part], _ live: LiveRequest) async throws {
        guard try host.manifest(of: app).isKeptByHost else { return try await deploy(live.request) }
        let prefix = "\(app)."
        func types(_ change: Comparison.Change) -> Set<ProcessType> {
            Set(
                parts.filter { $0.change == change && $0.name.hasPrefix(prefix) }
                    .compactMap { InstanceName(String($0.name.dropFirst(prefix.count)))?.process })
        }
        let edited = types(.update)
        for type in edited.sorted() {
            var request = live.request
            request.only = type
            request.isRestart = true
            try await deploy(request)
        }
        // What runs as it should is left alone.
        if !types(.create).subtracting(edited).isEmpty || !types(.delete).isEmpty {
            var request = live.request
            request.keepsRunning = true
            try await deploy(request)
        }
        if parts.contains(where: { $0.change == .delete && !$0.name.hasPrefix(prefix) }) {
            try await Retirement(host).retireInstances(app)
        }
    }

    private func deploy(_ request: DeployPipeline.Request) async throws {
        try await DeployPipeline(host, app).deploy { request }
    }

    // MARK: for programs

    private struct Shown: Encodable {
        struct Part: Encodable {
            var name: String
            var difference: String
            var lines: [String]
        }

        var app: String
        var release: Int?
        var differences: [Part]
        var note: String?

        init(_ app: AppName, _ release: Int?, _ parts: [Comparison.Part], note: String?) {
            self.app = app.description
            self.release = release
            self.note = note
            differences = parts.map { Part(name: $0.name, difference: Self.word($0.change), lines: $0.lines) }
        }

        static func word(_ change: Comparison.Change) -> String {
            switch change {
            case .create: "missing"
            case .update: "edited"
            case .delete: "extra"
            case .keep: "as it should be"
            }
        }
    }
}
