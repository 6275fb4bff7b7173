import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CronList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron:list", abstract: "List an app's scheduled tasks.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let tasks = try await host.cronTasks(of: app)
        guard format != "json" else {
            let items = tasks.map { task in
                "{\"id\":\(GoJSON.quoted(task.id)),\"app\":\(GoJSON.quoted(app.description)),"
                    + "\"command\":\(GoJSON.quoted(task.command)),\"schedule\":\(GoJSON.quoted(task.schedule)),"
                    + "\"concurrency_policy\":\"\(task.concurrency.rawValue)\",\"maintenance\":\(task.isInMaintenance)}"
            }
            await host.console.line("[" + items.joined(separator: ",") + "]")
            return .success
        }
        let rows =
            [["ID", "Schedule", "Maintenance", "Command"]]
            + tasks.map { [$0.id, $0.schedule, $0.isInMaintenance ? "true" : "false", $0.command] }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count + 2) }
            await host.console.line(cells.joined() + row[3])
        }
        return .success
    }
}
