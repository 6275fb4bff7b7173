import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DockerOptionsRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:remove", abstract: "Remove a docker option from phases of an app.")

    @Option(name: .customLong("process"), parsing: .singleValue, help: "For this process type only.")
    var processes: [String] = []

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Phases, separated by commas: build, deploy, run.")
    var phases = ""

    @Argument(parsing: .allUnrecognized, help: "The option as docker takes it, such as '--memory 512m'.")
    var option: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let text = option.joined(separator: " ")
        let app = try host.app(app)
        try DockerOptionList(host, app, phases: phases, processes: processes).change { options in
            guard options.contains(text) else {
                throw AdapterError(
                    .notFound, "\(app) has no such docker option", hint: "docker-options:report \(app)")
            }
            return options.filter { $0 != text }
        }
        return .success
    }
}
