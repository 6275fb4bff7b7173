import AdapterKit
import DokkuIO

/// Config variables of earlier Dokkus that are properties of the plugin `scheduler` since (contract 4.6). Once moved,
/// a variable is gone, so it can be run at each install.
struct Migration: Sendable {
    private let host: Host
    private let plugn: Plugn

    private static let variables = [("DOKKU_SCHEDULER", "selected"), ("DOKKU_APP_SHELL", "shell")]

    init(_ host: Host) {
        self.host = host
        plugn = Plugn(host.layout, environment: host.environment)
    }

    func run() async throws {
        // A Dokku that does not move variables still reads them.
        guard plugn.isAnswered("config-migrate-env") else { return }
        _ = try await plugn.ask("config-migrate-env")
        for scope in [PropertyScope.global] + (try host.apps.all().map(PropertyScope.app)) {
            for (variable, property) in Self.variables { try await move(variable, to: property, scope) }
        }
    }

    private func move(_ variable: String, to property: String, _ scope: PropertyScope) async throws {
        let properties = host.properties(PropertyCatalog.scheduler.name)
        guard try properties.value(property, scope) == nil else { return }
        let value =
            switch scope {
            case .app(let app): try await plugn.ask("config-get", app.description, variable)
            case .global: try await plugn.ask("config-get-global", variable)
            }
        guard let value, !value.isEmpty else { return }
        let (what, whose) = scope == .global ? ("global \(variable)", "") : (variable, " for \(scope)")
        await host.console.step(
            "Migrating deprecated \(what) to scheduler \(property) property\(whose). Use 'dokku scheduler:set "
                + "\(scope) \(property) <value>' to manage this going forward.")
        try properties.set(property, to: value, scope)
        do {
            _ = try await plugn.ask("config-unset", scope.description, variable)
        } catch {
            await host.warn(of: error)
        }
    }
}
