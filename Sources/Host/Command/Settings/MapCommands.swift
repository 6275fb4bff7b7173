import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

/// `PLUGIN:NAME:set <app>|--global <property> [<value>]` for the map at a place of ``AdapterCommands/maps``.
struct MapSet<Index: AdapterCommands.Place>: HostCommand {
    static var configuration: CommandConfiguration {
        let (plugin, declaration) = AdapterCommands.maps[Index.number]
        let map = declaration.map ?? SettingMap()
        let lists = [("Resource types", map.resources), ("Properties", map.keys)].filter { !$0.1.isEmpty }
        return CommandConfiguration(
            commandName: "\(plugin.propertyPlugin):\(declaration.name):set",
            abstract: "Set or clear one of the \(declaration.summary).",
            discussion: lists.map { "\($0): \($1.joined(separator: ", "))" }.joined(separator: "\n"))
    }

    @Flag(help: "For all apps; what an app sets goes before it.")
    var global = false

    @Option(help: "For this process type only.")
    var processType: String?

    @Option(help: "The kind of object, where the setting has kinds.")
    var resourceType: String?

    @Argument(help: "APP PROPERTY [VALUE]; no APP with --global. Without a value the property is cleared.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        var rest = words[...]
        let scope = global ? PropertyScope.global : .app(try host.app(rest.popFirst() ?? ""))
        let key = rest.popFirst() ?? ""
        let (plugin, declaration) = AdapterCommands.maps[Index.number]
        try await MapSetting(host, plugin, declaration).set(
            key, to: rest.first ?? "", .init(process: processType, resource: resourceType), scope)
        return .success
    }
}

/// `PLUGIN:NAME:report [<app>|--global] [<flag>]`
struct MapReport<Index: AdapterCommands.Place>: HostCommand {
    static var configuration: CommandConfiguration {
        let (plugin, declaration) = AdapterCommands.maps[Index.number]
        return CommandConfiguration(
            commandName: "\(plugin.propertyPlugin):\(declaration.name):report",
            abstract: "Report the \(plugin.propertyPlugin) \(declaration.name) of one or more apps.")
    }

    @Argument(
        parsing: .captureForPassthrough,
        help: "[APP|--global] [--process-type TYPE] [--resource-type TYPE] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        var rest = words
        let part = MapSetting.Part(
            process: try Self.take("--process-type", from: &rest),
            resource: try Self.take("--resource-type", from: &rest))
        let (plugin, declaration) = AdapterCommands.maps[Index.number]
        try await ReportRequest(rest).print(on: host) { try MapSetting(host, plugin, declaration).report(part, $0) }
        return .success
    }

    private static func take(_ flag: String, from words: inout [String]) throws -> String? {
        guard let index = words.firstIndex(of: flag) else { return nil }
        guard index + 1 < words.count else { throw AdapterError(.invalidInput, "\(flag) needs a value") }
        let value = words[index + 1]
        words.removeSubrange(index...index + 1)
        return value
    }
}
