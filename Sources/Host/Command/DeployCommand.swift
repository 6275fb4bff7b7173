import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DeployCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Deploy an image with a project's Procfile, app.json and .env.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "The image to deploy; the last one if left out.")
    var image: String?

    @Option(help: "The project's directory; the last one, else this one, if left out.")
    var project: String?

    @Argument(help: "Deploy this process type only.")
    var processType: String?

    @Option(help: "A token of plan --diff --save: refuse when what is live has changed since.")
    var plan: String?

    @Flag(help: "Show each request to the scheduler's API.")
    var verbose = false

    func run(on host: Host) async throws -> ExitStatus {
        let host = verbose ? try host.verbose() : host
        let app = try host.app(app)
        let folder = try projectFolder(host, app)
        let image = try image.map { try ImageReference($0) } ?? lastImage(host, app)
        if let plan {
            _ = try host.role((any Comparing).self, .diff, of: app, .next, to: "hold a deploy to a plan")
            guard !plan.isEmpty else { throw AdapterError(.invalidInput, "the plan's token is empty") }
        }
        let only = try processType.map { try ProcessType($0) }
        try await DeployPipeline(host, app).deploy {
            let project = try ProjectFiles(folder: folder)
            let formation = try Formation.current(kept: Formation.kept(app, host.layout), project: project)
            try formation.require(only, of: app)
            return .init(
                project: project, image: image, formation: formation, only: only, folder: folder, agreedState: plan)
        }
        await host.console.report(.headline("Application deployed:"))
        for url in try await host.reader(app).inputs.routes().urls { await host.console.report(.detail(url)) }
        return .success
    }
}

extension Routes {
    /// Where the app can be reached from outside.
    fileprivate var urls: [String] {
        let port = ports.first { $0.scheme == "http" }?.hostPort ?? 80
        return domains.filter { !$0.hasPrefix("*") }.map { "http://" + $0 + (port == 80 ? "" : ":\(port)") }
    }
}

extension DeployCommand {
    private func projectFolder(_ host: Host, _ app: AppName) throws -> String {
        try StateFiles.absolute(project ?? host.properties("linkspan").value("project", .app(app)) ?? ".")
    }

    private func lastImage(_ host: Host, _ app: AppName) throws -> ImageReference {
        guard let text = try host.properties("linkspan").value("image", .app(app)) else {
            throw AdapterError(
                .invalidInput, "there is no image to deploy: \(app) has not been deployed before",
                hint: "deploy \(app) --image IMAGE")
        }
        return try ImageReference(text)
    }
}

extension Host {
    /// The same host, showing each request to a scheduler's API.
    func verbose() throws -> Host {
        try Host(environment: environment.merging(["LINKSPAN_VERBOSE": "1"]) { $1 })
    }
}
