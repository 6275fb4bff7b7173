import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CertsAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs:add", abstract: "Import the certificate of an app's domains.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The certificate with its chain (PEM).", completion: .file())
    var certificate = ""

    @Argument(help: "Its private key (PEM).", completion: .file())
    var key = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await Certificates(host, try host.app(app)).add(chain: certificate, key: key)
        return .success
    }
}
