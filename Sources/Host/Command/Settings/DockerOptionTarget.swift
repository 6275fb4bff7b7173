import AdapterKit
import ArgumentParser
import SchedulerHost

/// Which docker options a command is about.
struct DockerOptionTarget: ParsableArguments, Sendable {
    @Option(name: .customLong("process"), parsing: .singleValue, help: "For this process type only.")
    var processes: [String] = []

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Phases, separated by commas: build, deploy, run.")
    var phases = ""

    func list(on host: Host) throws -> DockerOptionList {
        try DockerOptionList(host, try host.app(app), phases: phases, processes: processes)
    }
}

/// A docker option, typed in one piece or in several.
struct DockerOptionWords: ParsableArguments, Sendable {
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("The option as docker takes it, such as '--memory 512m'.", valueName: "option"))
    var option: [String] = []

    /// - Throws: ``AdapterError`` when there is none.
    func text() throws -> String {
        let text = option.joined(separator: " ")
        guard !text.allSatisfy(\.isWhitespace) else {
            throw AdapterError(
                .invalidInput, "Please specify a docker option", hint: "docker-options:add APP deploy '--memory 512m'")
        }
        return text
    }
}
