import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsRename: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:rename", abstract: "Rename an app.")

    @Argument(help: "The app as it is called now.")
    var old = ""

    @Argument(help: "The new name.")
    var new = ""

    @Flag(help: "Do not deploy the new app.")
    var skipDeploy = false

    func run(on host: Host) async throws -> ExitStatus {
        let old = try host.app(old)
        try await AppLifecycle(host).rename(old, to: NewName.take(new), deploys: !skipDeploy)
        return .success
    }
}
