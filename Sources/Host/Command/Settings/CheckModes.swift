import AdapterKit
import DokkuIO
import SchedulerHost

/// The lists of process types whose checks are disabled or skipped: `_all_`, or types separated by commas.
struct CheckModes: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Puts `types` on the list `on` and takes them off the list `off`.
    func turn(on: String, off: String, types: String) async throws {
        let types = try parsed(types)
        try turn(off: off, taking: types)
        let all = types.contains("_all_") ? ["_all_"] : types
        let kept = try list(on).filter { $0 != "_all_" || all == ["_all_"] }
        let value = all == ["_all_"] ? all : Array(Set(kept + all)).sorted()
        await host.console.step("Checks \(on) for \(value.joined(separator: ","))")
        try host.properties("checks").set(on, to: value.joined(separator: ","), .app(app))
    }

    /// Takes `types` off the list `off`.
    func turn(off: String, types: String) async throws {
        try turn(off: off, taking: try parsed(types))
    }

    private func turn(off: String, taking types: [String]) throws {
        let rest = types.contains("_all_") ? [] : try list(off).filter { !types.contains($0) }
        try host.properties("checks").set(off, to: rest.joined(separator: ","), .app(app))
    }

    private func list(_ name: String) throws -> [String] {
        try (host.properties("checks").value(name, .app(app)) ?? "").split(separator: ",").map(String.init)
    }

    private func parsed(_ text: String) throws -> [String] {
        try text.split(separator: ",").map { $0 == "_all_" ? "_all_" : try ProcessType(String($0)).description }
    }
}
