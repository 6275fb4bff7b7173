import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunLogs: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run:logs", abstract: "Show the log of one-off tasks.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "The task's name, as run:list shows it.")
    var container = ""

    @Flag(name: [.customShort("t"), .long], help: "Wait for more lines.")
    var tail = false

    @Option(name: [.customShort("n"), .long], help: "How many lines of each task.")
    var num = 100

    @Flag(name: [.customShort("q"), .long], help: "Lines as they are, without time and task.")
    var quiet = false

    func run(on host: Host) async throws -> ExitStatus {
        let (app, task) = try TaskName.resolve(app: app, container: container, host)
        try await Tasks(host, app).logs(of: task ?? "", LogQuery(count: max(0, num), follow: tail, isRaw: quiet))
        return .success
    }
}
