import AdapterKit
import JSONDocument

/// The services by which an app's allocations are found.
struct Services: Sendable, Equatable {
    let app: AppName
    let routes: Routes
    let settings: JobSettings
    /// Who keeps them; never `auto`.
    let provider: JobSettings.ServiceProvider
    /// Whether the server can be told who keeps them: before 1.3 it is always Consul.
    let namesProvider: Bool

    /// The service of a process type; `nil` where none is kept, or none is needed.
    /// - Parameter isReached: whether traffic goes to it; else it is there for its checks.
    func document(_ type: ProcessType, isReached: Bool, checks: [JSONValue]) -> JSONValue? {
        guard provider != .none, isReached || !checks.isEmpty else { return nil }
        var service: [String: JSONValue] = [
            "Name": .string(Name.service(app, type)), "PortLabel": .string(Ports.primaryLabel),
        ]
        if namesProvider { service["Provider"] = .string(provider.rawValue) }
        if !checks.isEmpty { service["Checks"] = .array(checks) }
        let tags = isReached ? tags(type) : []
        if !tags.isEmpty {
            service["Tags"] = .strings(tags)
            // Until the whole release is verified, nothing of it gets traffic.
            service["CanaryTags"] =
                settings.routing == .traefik ? ["linkspan.canary", "traefik.enable=false"] : ["linkspan.canary"]
        }
        return .object(service)
    }

    /// Domains that nothing leads to the app.
    var unreachedDomains: Bool {
        !routes.domains.isEmpty && (provider == .none || settings.routing == .none && tags(.web).isEmpty)
    }

    private func tags(_ type: ProcessType) -> [String] {
        settings.serviceTags + (type == .web ? traefik : []) + settings.metadata.tags(of: type)
    }

    private var traefik: [String] {
        guard settings.routing == .traefik, !routes.domains.isEmpty else { return [] }
        let router = Name.service(app, .web)
        let rule = routes.domains.map(Self.rule).joined(separator: " || ")
        return ["traefik.enable=true", "traefik.http.routers.\(router).rule=\(rule)"]
    }

    /// A wildcard stands for one label.
    private static func rule(_ domain: String) -> String {
        guard domain.hasPrefix("*.") else { return "Host(`\(domain)`)" }
        let rest = domain.dropFirst(2).split(separator: ".").joined(separator: #"\."#)
        return "HostRegexp(`^[^.]+\\.\(rest)$`)"
    }
}

extension JobSettings.ServiceProvider {
    /// Who keeps services on these servers.
    func chosen(_ facts: ServerFacts) throws -> Self {
        switch self {
        case .auto: return facts.hasNativeServices ? .nomad : facts.hasConsul ? .consul : .none
        case .nomad:
            guard !facts.hasNativeServices else { return .nomad }
            throw AdapterError(
                .unsupported, "Nomad \(facts.version) keeps no services by itself (1.3 and newer do)",
                hint: "scheduler-nomad:set APP service-provider auto")
        case .consul, .none: return self
        }
    }
}
