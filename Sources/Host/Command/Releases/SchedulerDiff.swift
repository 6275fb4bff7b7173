import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct SchedulerDiff: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler:diff", abstract: "Compare what runs of an app with what its release says should run.",
        discussion: """
            Shows what is missing, what somebody has edited and what is there too much. Ends with 0 when nothing is, with \
            2 when something is. With --repair it is put right, by deploys that touch nothing else; an app that is well, \
            stopped or being deployed is left alone, so that it can be run from cron.
            """)

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Flag(help: "Put right what differs.")
    var repair = false

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        let differs = try await Reconciliation(host, try host.app(app)).run(repairs: repair, isJSON: format != "stdout")
        return differs ? ExitStatus(rawValue: 2) : .success
    }
}
