import AdapterKit
import ArgumentParser
import SchedulerHost

struct DockerOptionsClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:clear", abstract: "Remove all docker options from phases of an app.")

    @OptionGroup var target: DockerOptionTarget

    func run(on host: Host) async throws -> ExitStatus {
        try target.list(on: host).change { _ in [] }
        return .success
    }
}
