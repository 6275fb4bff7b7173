import AdapterKit
import ArgumentParser
import SchedulerHost

/// `PLUGIN:locked <app>` for the scheduler at a place of ``AdapterCommands/locking``.
struct LockShow<Index: AdapterCommands.Place>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: AdapterCommands.locking[Index.number].propertyPlugin + ":locked",
            abstract: "Show who deploys an app on whichever host.",
            discussion: "Ends with 1 when nobody does.")
    }

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        let scheduler = AdapterCommands.locking[Index.number].manifest.scheduler
        return try await LockOffice(host, try host.app(app), scheduler: scheduler).show()
            ? .success : ExitStatus(rawValue: 1)
    }
}

/// `PLUGIN:unlock <app>`
struct LockRemove<Index: AdapterCommands.Place>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: AdapterCommands.locking[Index.number].propertyPlugin + ":unlock",
            abstract: "Take an app's deploy lock away from whoever holds it.",
            discussion: """
                For hosts that are gone and will not come back; what such a host has left ends by itself, too. A deploy \
                that still goes on takes itself back.
                """)
    }

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        let scheduler = AdapterCommands.locking[Index.number].manifest.scheduler
        try await LockOffice(host, try host.app(app), scheduler: scheduler).remove()
        return .success
    }
}
