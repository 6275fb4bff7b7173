import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsClone: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:clone", abstract: "Clone an app.")

    @Argument(help: "The app as it is called now.")
    var old = ""

    @Argument(help: "The new name.")
    var new = ""

    @Flag(help: "Do not deploy the new app.")
    var skipDeploy = false

    func run(on host: Host) async throws -> ExitStatus {
        let old = try host.app(old)
        try await AppLifecycle(host).clone(old, to: NewName.take(new), deploys: !skipDeploy)
        return .success
    }
}
