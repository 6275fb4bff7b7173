import AdapterKit
import DokkuIO

/// Whether a scheduler that is selected can do anything. Dokku takes any name, and one that nobody answers to
/// "succeeds" at everything (contract 4.4): it is set all the same, but not in silence.
struct Selection: Sendable {
    private let host: Host

    init(_ host: Host) {
        self.host = host
    }

    /// Why nothing would come of selecting `scheduler`; nothing where something would.
    func warning(about scheduler: String) throws -> [String] {
        guard let enabled = host.environment["PLUGIN_PATH"].map({ $0 + "/enabled" }), host.layout.origin.isEmpty else {
            guard !host.catalog.schedulers.contains(scheduler) else { return [] }
            let names = host.catalog.schedulers.joined(separator: ", ")
            return ["Nothing here answers to a scheduler called '\(scheduler)': deploys will fail. There are: \(names)"]
        }
        guard !scheduler.contains("/"), !StateFiles.isFolder("\(enabled)/scheduler-\(scheduler)") else { return [] }
        let plugins = try StateFiles.names(in: enabled).filter { $0.hasPrefix("scheduler-") }
        let names = plugins.map { String($0.dropFirst("scheduler-".count)) }.joined(separator: ", ")
        let isPlugin = plugins.contains(scheduler)
        return [
            isPlugin
                ? "The scheduler of the plugin \(scheduler) is called '\(scheduler.dropFirst("scheduler-".count))'"
                : "There is no plugin scheduler-\(scheduler)",
            "Nothing answers to a scheduler called '\(scheduler)': deploys will report success and do nothing",
            "Schedulers: \(names)",
        ]
    }
}
