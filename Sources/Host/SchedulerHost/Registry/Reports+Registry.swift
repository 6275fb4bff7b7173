import AdapterKit
import DokkuIO
import Registry

extension Reports {
    /// `registry:report` (contract 5.8). Logins that end by themselves have a row each.
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
            let (pushing, pulling) = await LoginEnds(host, app).both()
            if let pushing { rows.append(.init("--registry-login-expires-at", LoginEnds.text(pushing))) }
            if let pulling, pulling != pushing {
                rows.append(.init("--registry-pull-login-expires-at", LoginEnds.text(pulling)))
            }
        }
        return Report(plugin: "registry", subject: scope.description, rows: rows)
    }
}
