import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DoctorCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine a scheduler's backend: reach, version, rights.",
        discussion: "Ends with 1 when something would keep deploys from succeeding.")

    @Argument(help: "The app; the schedulers that are selected here if left out.", completion: .apps)
    var app: String?

    func run(on host: Host) async throws -> ExitStatus {
        try await Doctor(host).examine(try app.map { try host.app($0) }) ? .success : ExitStatus(rawValue: 1)
    }
}
