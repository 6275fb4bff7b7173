import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DockerOptionsAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:add", abstract: "Add a docker option to phases of an app.")

    @Option(name: .customLong("process"), parsing: .singleValue, help: "For this process type only.")
    var processes: [String] = []

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Phases, separated by commas: build, deploy, run.")
    var phases = ""

    @Argument(parsing: .allUnrecognized, help: "The option as docker takes it, such as '--memory 512m'.")
    var option: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let text = option.joined(separator: " ")
        guard !text.isEmpty else {
            throw AdapterError(.invalidInput, "Please specify docker options to add to the phase")
        }
        _ = try ShellWords.split(text, what: "the docker option")
        try DockerOptionList(host, app, phases: phases, processes: processes).change { options in
            options.contains(text) ? options : options + [text]
        }
        return .success
    }
}
