import AdapterKit
import ArgumentParser
import SchedulerHost

struct AppsClone: HostCommand {
    static let configuration = CommandConfiguration(commandName: "apps:clone", abstract: "Clone an app.")

    @OptionGroup var names: OldAndNew

    func run(on host: Host) async throws -> ExitStatus {
        let old = try host.app(names.old)
        try await AppLifecycle(host).clone(old, to: NewName.take(names.new), deploys: !names.skipDeploy)
        return .success
    }
}
