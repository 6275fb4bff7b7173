import AdapterKit
import ArgumentParser
import SchedulerHost

/// Whether resources are limited or reserved.
protocol ResourceKind: Sendable {
    static var name: String { get }
    static var summary: String { get }
    static var plural: String { get }
}

enum Limiting: ResourceKind {
    static let name = "limit"
    static let summary = "Limit"
    static let plural = "limits"
}

enum Reserving: ResourceKind {
    static let name = "reserve"
    static let summary = "Reserve"
    static let plural = "reservations"
}

/// `resource:limit` and `resource:reserve`.
struct ResourceChange<Kind: ResourceKind>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "resource:\(Kind.name)",
            abstract: "\(Kind.summary) resources for an app or one of its process types.")
    }

    @Option(help: "For this process type only.")
    var processType: String?

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "[--cpu N] [--memory SIZE] [--memory-swap SIZE] [--nvidia-gpu N] APP", valueName: "words"))
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(words.last { !$0.hasPrefix("-") } ?? "")
        var rest = words
        if let index = rest.lastIndex(of: app.description) { rest.remove(at: index) }
        try await ResourceKeys(host, app, processType: processType, kind: Kind.name).apply(rest)
        return .success
    }
}

/// `resource:limit-clear` and `resource:reserve-clear`.
struct ResourceClear<Kind: ResourceKind>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "resource:\(Kind.name)-clear",
            abstract: "Clear the resource \(Kind.plural) of an app or one of its process types.")
    }

    @Option(help: "For this process type only.")
    var processType: String?

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try ResourceKeys(host, try host.app(app), processType: processType, kind: Kind.name).clear()
        return .success
    }
}
