import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DockerOptionsAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-options:add", abstract: "Add a docker option to phases of an app.")

    @OptionGroup var target: DockerOptionTarget
    @OptionGroup var words: DockerOptionWords

    func run(on host: Host) async throws -> ExitStatus {
        let list = try target.list(on: host)
        let text = try words.text()
        _ = try ShellWords.split(text, what: "the docker option")
        try list.change { $0.contains(text) ? $0 : $0 + [text] }
        return .success
    }
}
