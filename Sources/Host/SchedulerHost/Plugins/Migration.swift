import AdapterKit
import DokkuIO
import ProcessStreams

/// Config variables of earlier Dokkus that are properties of the plugin `scheduler` since (contract 4.6). Once moved,
/// a variable is gone, so it can be run at each install.
struct Migration: Sendable {
    private let host: Host

    private static let variables = [("DOKKU_SCHEDULER", "selected"), ("DOKKU_APP_SHELL", "shell")]

    init(_ host: Host) {
        self.host = host
    }

    func run() async throws {
        // A Dokku that does not move variables still reads them.
        guard try isAnswered("config-migrate-env") else { return }
        _ = try await ask("config-migrate-env")
        for scope in [PropertyScope.global] + (try host.apps.all().map(PropertyScope.app)) {
            for (variable, property) in Self.variables { try await move(variable, to: property, scope) }
        }
    }

    private func move(_ variable: String, to property: String, _ scope: PropertyScope) async throws {
        let properties = host.properties(PropertyCatalog.scheduler.name)
        guard try properties.value(property, scope) == nil else { return }
        let value =
            switch scope {
            case .app(let app): try await ask("config-get", app.description, variable)
            case .global: try await ask("config-get-global", variable)
            }
        guard !value.isEmpty else { return }
        let (what, whose) = scope == .global ? ("global \(variable)", "") : (variable, " for \(scope)")
        await host.console.step(
            "Migrating deprecated \(what) to scheduler \(property) property\(whose). Use 'dokku scheduler:set "
                + "\(scope) \(property) <value>' to manage this going forward.")
        try properties.set(property, to: value, scope)
        do {
            _ = try await ask("config-unset", scope.description, variable)
        } catch {
            await host.warn(of: error)
        }
    }

    /// Whether a plugin answers to `trigger`; one that only listens does not (contract 1.3).
    private func isAnswered(_ trigger: String) throws -> Bool {
        let enabled = (host.environment["PLUGIN_PATH"] ?? "") + "/enabled"
        return try StateFiles.names(in: enabled).contains {
            $0 != "20_events" && StateFiles.exists("\(enabled)/\($0)/\(trigger)")
        }
    }

    private func ask(_ words: String...) async throws -> String {
        let answer = try await HostPrograms.output(["plugn", "trigger"] + words, ["DOKKU_QUIET_OUTPUT": "1"])
        guard answer.status == .success else {
            throw AdapterError(
                .hostTrouble, "plugn trigger \(words.joined(separator: " ")) failed: \(answer.complaint)")
        }
        return String(decoding: answer.output, as: UTF8.self).trimmingSuffix { $0.isNewline }
    }
}

extension String {
    /// Without what `isTrimmed` says of its end.
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
