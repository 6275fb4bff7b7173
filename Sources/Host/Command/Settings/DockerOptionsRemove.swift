import AdapterKit
import ArgumentParser
import SchedulerHost

struct DockerOptionsRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:remove", abstract: "Remove a docker option from phases of an app.")

    @OptionGroup var target: DockerOptionTarget
    @OptionGroup var words: DockerOptionWords

    func run(on host: Host) async throws -> ExitStatus {
        let list = try target.list(on: host)
        let text = try words.text()
        try list.change { options in
            guard options.contains(text) else {
                throw AdapterError(
                    .notFound, "\(target.app) has no such docker option", hint: "docker-options:report \(target.app)")
            }
            return options.filter { $0 != text }
        }
        return .success
    }
}
