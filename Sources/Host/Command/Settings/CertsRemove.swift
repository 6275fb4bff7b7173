import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CertsRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs:remove", abstract: "Remove the certificate of an app's domains.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await Certificates(host, try host.app(app)).remove()
        return .success
    }
}
