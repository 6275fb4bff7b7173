import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DockerOptionsClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:clear", abstract: "Remove all docker options from phases of an app.")

    @Option(name: .customLong("process"), parsing: .singleValue, help: "For this process type only.")
    var processes: [String] = []

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Phases, separated by commas: build, deploy, run.")
    var phases = ""

    func run(on host: Host) async throws -> ExitStatus {
        try DockerOptionList(host, try host.app(app), phases: phases, processes: processes).change { _ in [] }
        return .success
    }
}
