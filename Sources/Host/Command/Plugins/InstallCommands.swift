import AdapterKit
import ArgumentParser
import FoundationEssentials
import SchedulerHost

/// `linkspan install`
struct InstallCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install the plugins of this program into a Dokku.",
        discussion: """
            The plugins scheduler-kubernetes and scheduler-nomad are added. Dokku's own are left as they are, unless \
            --take-over names them: \(Installation.names.joined(separator: ", ")). Those are kept, and put back by \
            'linkspan uninstall'. To be run as root; DOKKU_LIB_ROOT says where Dokku is (/var/lib/dokku).
            """)

    @Option(help: "Plugins to put in place of the ones that are there, with commas in between.")
    var takeOver = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await host.installation().install(
            takingOver: takeOver.split(separator: ",").map { String($0.filter { $0 != " " }) })
        return .success
    }
}

/// `linkspan update`
struct UpdateCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Write the installed plugins anew.",
        discussion: "After an upgrade of Dokku, which puts its own plugins in place again, or of this program.")

    func run(on host: Host) async throws -> ExitStatus {
        try await host.installation().update()
        return .success
    }
}

/// `linkspan uninstall`
struct UninstallCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Take the plugins away and put back what was there before.",
        discussion: "Properties and data of apps stay, and what runs goes on running.")

    @Argument(help: "Only these plugins; all without.")
    var plugins: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await host.installation().uninstall(plugins)
        return .success
    }
}

extension Host {
    fileprivate func installation() throws -> Installation {
        try Installation(
            program: program, version: Linkspan.configuration.version, environment: environment, console: console)
    }
}
