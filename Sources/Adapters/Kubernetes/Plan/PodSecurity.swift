import AdapterKit
import JSONDocument

/// What the pods of an app may do (Pod Security Standards).
struct PodSecurity: Sendable, Equatable {
    let container: [String: JSONValue]
    let pod: [String: JSONValue]

    init(_ settings: ObjectSettings, image: ImageFacts?, options: PodOptions) {
        let user = settings.runAsUser ?? options.user
        let imageUser = (image?.user ?? "").split(separator: ":").first.flatMap { Int($0) }
        let isNobodySpecial = (user ?? imageUser ?? 0) > 0
        let isRestricted =
            settings.security == .restricted || settings.security == .auto && isNobodySpecial && options.isPlain
        var container: [String: JSONValue] = [:]
        var pod: [String: JSONValue] = [:]
        if let user { container["runAsUser"] = .integer(user) }
        if settings.security != .privileged { pod["seccompProfile"] = ["type": "RuntimeDefault"] }
        if isRestricted {
            container["allowPrivilegeEscalation"] = false
            container["capabilities"] = ["drop": ["ALL"]]
            container["runAsNonRoot"] = true
        } else if !options.addedCapabilities.isEmpty || !options.droppedCapabilities.isEmpty {
            var capabilities: [String: JSONValue] = [:]
            if !options.addedCapabilities.isEmpty { capabilities["add"] = .strings(options.addedCapabilities) }
            if !options.droppedCapabilities.isEmpty { capabilities["drop"] = .strings(options.droppedCapabilities) }
            container["capabilities"] = .object(capabilities)
        }
        if options.isPrivileged { container["privileged"] = true }
        if !options.sysctls.isEmpty {
            pod["sysctls"] = .array(
                options.sysctls.sorted { $0.key < $1.key }.map {
                    ["name": .string($0.key), "value": .string($0.value)]
                })
        }
        self.container = container
        self.pod = pod
    }
}
