import AdapterKit
import ArgumentParser
import DokkuIO
import Glibc
import SchedulerHost

/// The commands that people type, named as Dokku names them.
struct Linkspan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linkspan",
        abstract: "Deploys apps to schedulers, with and without Dokku.",
        discussion: """
            Global flags stand before the command: --quiet drops headlines and progress, --verbose shows each request \
            to the scheduler's API, --trace makes the workload talkative.
            """,
        version: "0.1.0",
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: "Apps:",
                subcommands: [
                    AppsCreate.self, AppsList.self, AppsExists.self, AppsDestroy.self, AppsRename.self, AppsClone.self,
                ]),
            CommandGroup(name: "Deploying:", subcommands: [DeployCommand.self, PlanCommand.self, DoctorCommand.self]),
            CommandGroup(
                name: "Releases:",
                subcommands: [
                    ReleasesList.self, ReleasesInfo.self, ReleasesDiff.self, RollbackCommand.self, SchedulerDiff.self,
                ]),
            CommandGroup(
                name: "Processes:",
                subcommands: [
                    PsScale.self, PsStart.self, PsStop.self, PsRestart.self, PsRetire.self, PsInspect.self,
                    PsReport.self,
                    PropertySet<PsProperties>.self,
                ]),
            CommandGroup(
                name: "Logs and sessions:", subcommands: [LogsCommand.self, LogsFailed.self, EnterCommand.self]),
            CommandGroup(
                name: "One-off tasks:",
                subcommands: [
                    RunCommand.self, RunDetached.self, RunList.self, RunLogs.self, RunStop.self, RunRetire.self,
                    CronList.self,
                    CronRun.self,
                    CronSuspend.self, CronResume.self, PropertySet<CronProperties>.self,
                    PropertyReport<CronProperties>.self,
                ]),
            CommandGroup(
                name: "Registry:",
                subcommands: [
                    RegistryLogin.self, RegistryLogout.self, PropertySet<RegistryProperties>.self,
                    RegistryReport.self, RegistryPush.self, RegistryPruneCommand.self,
                ]),
            CommandGroup(
                name: "Settings:",
                subcommands: [
                    PropertySet<SchedulerProperties>.self, PropertyReport<SchedulerProperties>.self,
                ] + AdapterCommands.all + [
                    PropertySet<ChecksProperties>.self, ChecksReport.self, ChecksDisable.self, ChecksEnable.self,
                    ChecksSkip.self, ChecksRun.self,
                    PropertySet<NetworkProperties>.self, PropertyReport<NetworkProperties>.self,
                    PropertySet<ProxyProperties>.self, PropertyReport<ProxyProperties>.self,
                    PropertySet<NginxProperties>.self, PropertyReport<NginxProperties>.self,
                    DomainsChange<Adding>.self, DomainsChange<Removing>.self, DomainsChange<Setting>.self,
                    DomainsClear.self,
                    ListReport<DomainsList>.self,
                    PortsChange<Adding>.self, PortsChange<Removing>.self, PortsChange<Setting>.self, PortsClear.self,
                    ListReport<PortsList>.self,
                    CertsAdd.self, CertsRemove.self, CertsReport.self,
                    StorageCreate.self, StorageDestroy.self, StorageExec.self,
                    StorageMount.self, StorageUnmount.self, StorageListCommand.self, ListReport<StorageList>.self,
                    DockerOptionsAdd.self, DockerOptionsRemove.self, DockerOptionsClear.self,
                    ListReport<DockerOptionsList>.self,
                    ResourceChange<Limiting>.self, ResourceClear<Limiting>.self, ResourceChange<Reserving>.self,
                    ResourceClear<Reserving>.self,
                    ListReport<ResourceList>.self,
                ]),
            CommandGroup(
                name: "Dokku:", subcommands: [InstallCommand.self, UpdateCommand.self, UninstallCommand.self]),
        ])

    /// - Returns: the process's exit status.
    static func run(_ arguments: [String]) async -> Int32 {
        var words = takeGlobalFlags(arguments)
        // Commands that pass all words on would pass this one on too.
        if words.count == 2, ["--help", "-h"].contains(words[1]) { words = ["help", words[0]] }
        var command: any ParsableCommand
        do {
            command = try parseAsRoot(words)
        } catch {
            return told(error)
        }
        guard let hostCommand = command as? any HostCommand else {
            do {
                try command.run()
                return 0
            } catch {
                return told(error)
            }
        }
        return await Execution.run(Array(words.dropFirst())) { host in try await hostCommand.run(on: host) }
    }

    /// Help goes to standard output; a command that cannot be understood to standard error, with status 2.
    private static func told(_ error: any Error) -> Int32 {
        let text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            Output.line(Completion.adjusted(text))
            return 0
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let first = lines.first, first.hasPrefix("Error: ") { lines[0] = " !     " + first.dropFirst(7) }
        Output.error(lines.joined(separator: "\n"))
        return 2
    }

    /// Flags in front of the command become what Dokku's dispatcher makes of them: variables.
    private static func takeGlobalFlags(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        let variables = ["--quiet": "DOKKU_QUIET_OUTPUT", "--trace": "DOKKU_TRACE", "--verbose": "LINKSPAN_VERBOSE"]
        while let flag = rest.first, let variable = variables[flag] {
            setenv(variable, "1", 1)
            rest.removeFirst()
        }
        return Array(rest)
    }
}

/// A command that needs to know where state is and who listens.
protocol HostCommand: ParsableCommand, Sendable {
    func run(on host: Host) async throws -> ExitStatus
}

extension Host {
    /// The app called `text`, which must exist.
    func app(_ text: String) throws -> AppName { try apps.existing(text) }

    func processes(_ text: String) throws -> Processes { Processes(self, try app(text)) }

    func tasks(_ text: String) throws -> Tasks { Tasks(self, try app(text)) }
}
