/// A trigger that Dokku calls through a file of one of our plugin folders.
package struct PluginCall: Sendable, Equatable {
    package var name: String
    package var arguments: [String]
    /// The plugin whose life cycle it is about; `nil` for a scheduler's work.
    package var lifeCycleOf: String?

    /// - Returns: `nil` when the call is none of `plugin`'s business. Nothing may be read or written then (contract 2.0);
    ///   it is decided by comparing words.
    package init?(plugin: String?, name: String, arguments: [String]) {
        self.name = name
        self.arguments = arguments
        guard let plugin else {
            guard Trigger.isOurs(name, arguments) else { return nil }
            return
        }
        if LifeCycle.names.contains(name) {
            lifeCycleOf = plugin
            return
        }
        guard plugin.hasPrefix("scheduler-"), Trigger.names.contains(name) else { return }
        let scheduler = plugin.dropFirst("scheduler-".count)
        // House-keeping on the local Docker host is done for the apps of all schedulers (contract 2.2, 2.8).
        if scheduler == "docker-local", name == "scheduler-retire" || Trigger.withoutScheduler.contains(name) { return }
        if Trigger.ofApps.contains(name) || Trigger.ofLocalApps.contains(name) {
            self.arguments = [String(scheduler)] + arguments
            return
        }
        if name == "scheduler-run-retire", arguments.isEmpty {
            self.arguments = [String(scheduler)]
            return
        }
        guard let first = arguments.first, first == scheduler else { return nil }
    }
}
