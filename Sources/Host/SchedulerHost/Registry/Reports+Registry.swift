import AdapterKit
import DokkuIO
import FoundationEssentials
import Registry

extension Reports {
    /// `registry:report` (contract 5.8). A login that ends by itself has one more row.
    package func registry(_ scope: PropertyScope) async throws -> Report {
        let stored = host.properties("registry")
        var rows: [Report.Row] = []
        for name in ["image-repo-template", "push-extra-tags", "push-on-release", "server"] {
            let global = try stored.value(name, .global) ?? ""
            let own = try scope.app == nil ? "" : stored.value(name, scope) ?? ""
            let value = own.isEmpty ? global : own
            let computed =
                switch name {
                case "server": RegistrySettings.normalized(value)
                case "push-on-release": value.isEmpty ? "false" : value
                default: value
                }
            rows.append(.init("--registry-computed-" + name, computed))
            rows.append(.init("--registry-global-" + name, global))
            if scope.app != nil { rows.append(.init("--registry-" + name, own)) }
        }
        if let app = scope.app {
            let settings = try host.registrySettings(app)
            rows += [
                .init("--registry-computed-image-repo", settings.shownImageRepository),
                .init("--registry-image-repo", try stored.value("image-repo", scope) ?? ""),
                .init("--registry-tag-version", try stored.value("tag-version", scope) ?? ""),
            ]
            if let end = try await loginEnd(settings, app) { rows.append(.init("--registry-login-expires-at", end)) }
        }
        return Report(plugin: "registry", subject: scope.description, rows: rows)
    }

    /// A login whose end nobody can find out is none that a report fails for.
    private func loginEnd(_ settings: RegistrySettings, _ app: AppName) async throws -> String? {
        guard settings.hasServer, let server = try? settings.repository().loginServer,
            let login = RegistryLogins.credential(of: server, app, host.layout),
            let end = TokenExpiry.seconds(of: login.password)
        else { return nil }
        return Date(timeIntervalSince1970: Double(end)).formatted(.iso8601)
    }
}

extension RegistryLogins {
    fileprivate static func credential(of server: String, _ app: AppName, _ layout: DokkuLayout) -> RegistryCredential?
    {
        (try? RegistryLogins(layout, app))?.credential(for: names(of: server))
    }
}
