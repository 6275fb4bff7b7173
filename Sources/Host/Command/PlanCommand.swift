import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PlanCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a deploy would do, without doing it.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "The image; the last one if left out.")
    var image: String?

    @Option(help: "The project's directory; what was deployed last if left out.")
    var project: String?

    @Flag(help: "Compare with what is live: ends with 0 when nothing would change, with 2 when something would.")
    var diff = false

    @Flag(help: "With --diff: print a token; deploy --plan TOKEN refuses when what is live has changed since.")
    var save = false

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let plans = Plans(host, app)
        guard diff else {
            guard !save else {
                throw AdapterError(.invalidInput, "--save needs --diff", hint: "plan \(app) --diff --save")
            }
            try await plans.show { try request(app, on: host) }
            return .success
        }
        let changes = try await plans.compare(saves: save) { try request(app, on: host) }
        return changes ? ExitStatus(rawValue: 2) : .success
    }

    private func request(_ app: AppName, on host: Host) throws -> DeployPipeline.Request {
        let processes = Processes(host, app)
        let files = try project.map { try ProjectFiles(folder: $0) } ?? processes.project()
        return .init(
            project: files, image: try image.map { try ImageReference($0) } ?? processes.image(),
            formation: try Formation.current(kept: Formation.kept(app, host.layout), project: files))
    }
}
