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
            try await plans.show { try await request(app, on: host) }
            return .success
        }
        let changes = try await plans.compare(saves: save) { try await request(app, on: host) }
        return changes ? ExitStatus(rawValue: 2) : .success
    }

    private func request(_ app: AppName, on host: Host) async throws -> DeployPipeline.Request {
        let inputs = host.reader(app).inputs
        var files = try project.map { try ProjectFiles(folder: $0) }
        if files == nil { files = try await inputs.project(.all) }
        var reference = try image.map { try ImageReference($0) }
        if reference == nil { reference = try await inputs.image() }
        guard let files, let reference else { throw AdapterError(.notFound, "there is nothing to plan") }
        return .init(project: files, image: reference, formation: try await inputs.formation(files))
    }
}
