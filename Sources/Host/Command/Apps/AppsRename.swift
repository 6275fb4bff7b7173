import AdapterKit
import ArgumentParser
import SchedulerHost

struct AppsRename: HostCommand {
    static let configuration = CommandConfiguration(commandName: "apps:rename", abstract: "Rename an app.")

    @OptionGroup var names: OldAndNew

    func run(on host: Host) async throws -> ExitStatus {
        let old = try host.app(names.old)
        try await AppLifecycle(host).rename(old, to: NewName.take(names.new), deploys: !names.skipDeploy)
        return .success
    }
}
