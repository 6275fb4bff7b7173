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

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let adapter = try host.role((any Planning).self, .plan, of: app, to: "plan a deploy")
        let processes = Processes(host, app)
        let files = try project.map { try ProjectFiles(folder: $0) } ?? processes.project()
        let image = try image.map { try ImageReference($0) } ?? processes.image()
        let formation = try Formation.current(kept: Formation.kept(app, host.layout), project: files)
        let deployment = try host.reader(app).deployment(
            files, image: image, formation: formation, id: DeploymentID("plan"))
        try await host.console.write(adapter.plan(deployment), to: .output)
        return .success
    }
}
