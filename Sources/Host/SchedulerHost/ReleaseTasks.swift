import AdapterKit
import DokkuIO

/// The commands that an app's author wants run once around a deploy, with the new release's image and config, where
/// the release runs. A Dokku runs them itself, on its own host: there is nothing to do then.
struct ReleaseTasks: Sendable {
    /// One of them.
    private struct Script: Sendable {
        /// `predeploy`
        let word: String
        /// `app.json's scripts.dokku.predeploy`
        let title: String
        let command: String

        init?(_ word: String, _ title: String, _ command: String?) {
            guard let command else { return nil }
            (self.word, self.title, self.command) = (word, title, command)
        }
    }

    private let host: Host
    private let app: AppName
    private let request: DeployPipeline.Request
    private let image: ReleaseImage
    private let manifest: Manifest
    /// `nil` when the scheduler runs no tasks.
    private let runner: (any TaskRunning)?
    private let before: [Script]
    private let after: [Script]

    init(
        _ host: Host, _ app: AppName, _ request: DeployPipeline.Request, image: ReleaseImage, _ manifest: Manifest,
        _ adapter: any Adapter
    ) throws {
        self.host = host
        self.app = app
        self.request = request
        self.image = image
        self.manifest = manifest
        runner = manifest.capabilities.contains(.run) ? adapter as? any TaskRunning : nil
        // Only what was just read is a new release; a restart is not.
        guard request.folder != nil, !host.layout.isDokku else {
            (before, after) = ([], [])
            return
        }
        let scripts = request.project.appJSON.scripts
        let isFirst = try host.properties("linkspan").value("image", .app(app)) == nil
        before = [
            Script("predeploy", "app.json's scripts.dokku.predeploy", scripts.predeploy),
            Script("release", "the Procfile's release", request.project.procfile?.release),
            Script("postdeploy", "app.json's scripts.postdeploy", isFirst ? scripts.firstDeploy : nil),
        ].compactMap { $0 }
        after = [Script("postdeploy", "app.json's scripts.dokku.postdeploy", scripts.postdeploy)].compactMap { $0 }
    }

    /// - Throws: ``AdapterError`` when one of them fails; the ones after it are not run.
    func runBefore() async throws {
        guard try await isRunnable(before + after) else { return }
        for script in before {
            try await run(script) { status in
                AdapterError(
                    .rolloutFailed, "the \(script.word) task of \(app) ended with exit status \(status.rawValue)",
                    details: [
                        "\(script.title) is: \(script.command)", "The release was not deployed: nothing is changed",
                    ])
            }
        }
    }

    /// - Throws: ``AdapterError`` when it fails; the release serves all the same.
    func runAfter() async throws {
        guard runner != nil else { return }
        for script in after {
            try await run(script) { status in
                AdapterError(
                    .rolloutFailed, "the \(script.word) task of \(app) ended with exit status \(status.rawValue)",
                    details: ["\(script.title) is: \(script.command)", "The new release serves all the same"],
                    hint: "run \(app) COMMAND")
            }
        }
    }

    private func isRunnable(_ scripts: [Script]) async throws -> Bool {
        guard runner == nil else { return true }
        for script in scripts {
            await host.console.report(
                .warning("\(script.title) is not run: the \(manifest.scheduler) scheduler runs no tasks"))
        }
        return false
    }

    private func run(_ script: Script, failure: (ExitStatus) -> AdapterError) async throws {
        guard let runner else { return }
        await host.console.report(.step("Executing \(script.word) task: \(script.command)"))
        let task = try await host.reader(app).task(
            request.project, image: image, words: try words(script), number: Int.random(in: 1...99_999), for: manifest
        ) { task in
            task.isTraced = host.isTraced
        }
        let status: ExitStatus
        do {
            status = try await runner.run(task, console: OutputOnly(console: host.console))
        } catch var error as AdapterError {
            error.details.insert("\(script.title) was to be run", at: 0)
            throw error
        }
        await host.console.settle()
        guard status == .success else { throw failure(status) }
    }

    /// An entry point of the image's own gets the words, as with Dokku; else a shell reads the command.
    private func words(_ script: Script) throws -> [String] {
        if let facts = image.facts, facts.kind == .dockerfile, facts.entrypoint?.isEmpty == false {
            return try ShellWords.split(script.command, what: script.title)
        }
        return [try host.reader(app).shell() ?? "/bin/sh", "-c", "set -e; " + script.command]
    }
}

/// Shows what a task says; nobody is there to answer it.
private struct OutputOnly: Console {
    let console: any Console

    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async { await console.report(note) }
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        try await console.write(bytes, to: channel)
    }
    func read() async throws -> ConsoleInput { .end }
}
