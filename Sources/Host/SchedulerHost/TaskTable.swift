import AdapterKit
import DokkuIO
import FoundationEssentials

/// `run:list`: the tasks of an app (contract 2.15).
package struct TaskTable: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    package func show(isJSON: Bool) async throws {
        let tasks = try await Tasks(host, app).list()
        if isJSON {
            for line in Self.json(tasks) { await host.console.line(line) }
            return
        }
        await host.console.headline("\(app) run containers")
        let now = Int(Date().timeIntervalSince1970)
        for line in host.isQuiet ? Self.rows(tasks, now: now) : Self.table(tasks, now: now) {
            await host.console.line(line)
        }
    }

    static func rows(_ tasks: [TaskRecord], now: Int) -> [String] {
        tasks.map { "\($0.name)\t\"\($0.command)\"\t\(Age.words(now - $0.created))" }
    }

    static func table(_ tasks: [TaskRecord], now: Int) -> [String] {
        Columns.lines(
            [["NAMES", "COMMAND", "CREATED"]]
                + tasks.map { [$0.name, "\"\($0.command)\"", Age.words(now - $0.created)] })
    }

    /// As `jq` prints the array.
    static func json(_ tasks: [TaskRecord]) -> [String] {
        guard !tasks.isEmpty else { return ["[]"] }
        var lines = ["["]
        for (index, task) in tasks.enumerated() {
            let created = Date(timeIntervalSince1970: Double(task.created)).formatted(.iso8601)
            lines += [
                "  {", "    \"name\": \(GoJSON.quoted(task.name)),", "    \"state\": \(GoJSON.quoted(task.state)),",
                "    \"command\": \(GoJSON.quoted("\"\(task.command)\"")),",
                "    \"created_at\": \(GoJSON.quoted(created))",
                index == tasks.count - 1 ? "  }" : "  },",
            ]
        }
        return lines + ["]"]
    }
}

/// How long ago something was, as docker says it.
enum Age {
    static func words(_ seconds: Int) -> String {
        switch seconds {
        case ..<1: "Less than a second ago"
        case 1: "1 second ago"
        case ..<60: "\(seconds) seconds ago"
        case ..<120: "About a minute ago"
        case ..<3_600: "\(seconds / 60) minutes ago"
        case ..<7_200: "About an hour ago"
        case ..<172_800: "\(seconds / 3_600) hours ago"
        default: "\(seconds / 86_400) days ago"
        }
    }
}
