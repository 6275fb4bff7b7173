import AdapterKit
import DokkuIO
import ProcessStreams

/// The cron tasks of apps whose scheduler leaves them to the host, in the user's own crontab between two marks. For
/// use without a Dokku, whose cron plugin does the same; on only where `cron:set --global host-crontab true` says so.
package struct Crontab: Sendable {
    private static let begin = "# linkspan: written at each deploy, do not edit below"
    private static let end = "# linkspan: end"

    private let host: Host

    package init(_ host: Host) {
        self.host = host
    }

    private var isWanted: Bool {
        get throws { try host.properties("cron").computed("host-crontab", nil) == "true" }
    }

    /// Writes the tasks of all apps; what else stands in the crontab stays.
    package func refresh() async throws {
        guard !host.layout.isDokku else { return }
        let file = host.layout.library + "/crontab"
        let isWanted = try isWanted
        guard isWanted || StateFiles.exists(file) else { return }
        let lock = try FileLock.wait(file + ".lock")
        defer { lock.release() }
        let listed = try await HostPrograms.run(["crontab", "-l"])
        // A user without a crontab is told so with a failure; after any other nothing may be written.
        guard listed.isSuccess || listed.text.contains("no crontab") || listed.text.isEmpty else {
            throw Self.trouble("read", listed.text)
        }
        let before = listed.isSuccess ? listed.text : ""
        let after = Self.text(before, tasks: isWanted ? try await lines() : [])
        guard after != before else { return }
        try StateFiles.write(after, to: file)
        let written = try await HostPrograms.run(["crontab", file])
        guard written.isSuccess else {
            throw Self.trouble("written", written.text)
        }
        if !isWanted { try StateFiles.remove(file) }
    }

    private static func trouble(_ verb: String, _ text: String) -> AdapterError {
        AdapterError(
            .hostTrouble, "the crontab could not be \(verb)",
            details: text.split(whereSeparator: \.isNewline).map(String.init), hint: "crontab -l")
    }

    /// Says that an app's tasks run nowhere, if that is so.
    func warnIfUnscheduled(_ app: AppName) async throws {
        guard !host.layout.isDokku else { return }
        let tasks = try await tasks(of: app)
        guard !tasks.isEmpty, try !isWanted else { return }
        await host.console.report(
            .warning(
                "\(tasks.count) cron tasks of \(app) are not scheduled: linkspan cron:set --global host-crontab true"))
    }

    private func tasks(of app: AppName) async throws -> [CronTask] {
        let scheduler = try host.scheduler(of: app)
        guard host.catalog.plugins.first(where: { $0.manifest.scheduler == scheduler })?.manifest.cron == .host,
            try Reports(host).isDeployed(app)
        else { return [] }
        return try await host.cronTasks(of: app).filter { !$0.isInMaintenance }
    }

    /// What the crontab is to hold of all apps.
    func lines() async throws -> [String] {
        // cron starts with next to no variables, and in another folder.
        var needed = host.environment.filter { name, _ in
            host.catalog.plugins.contains { $0.manifest.cron == .host && $0.variables.contains(name) }
        }
        needed["LINKSPAN_HOME"] = StateFiles.parent(of: host.layout.root)
        let variables = needed.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value)) " }.joined()
        var lines: [String] = []
        for app in try host.apps.all() {
            lines += try await tasks(of: app).map { task in
                "\(task.schedule) \(variables)\(Self.quoted(host.program)) cron:run \(app) \(task.id)"
            }
        }
        return lines
    }

    static func text(_ before: String, tasks: [String]) -> String {
        var lines = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let first = lines.firstIndex(of: begin), let last = lines.firstIndex(of: end), first <= last {
            lines.removeSubrange(first...last)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        if !tasks.isEmpty { lines += [begin] + tasks + [end] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A word for `sh`; in a crontab a percent sign ends the command unless it is escaped.
    private static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : $0 == "%" ? "\\%" : String($0) }.joined() + "'"
    }
}
