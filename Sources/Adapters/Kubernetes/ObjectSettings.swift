import AdapterKit

/// The settings that say how an app's objects look.
struct ObjectSettings: Sendable, Equatable {
    /// What leads traffic from outside to `web`.
    enum Routing: String, Sendable, CaseIterable {
        case ingress, gateway, none
    }

    /// Which Pod Security level the pods keep to.
    enum Security: String, Sendable, CaseIterable {
        /// `restricted` where the image can, else `baseline`.
        case auto
        case restricted, baseline, privileged
    }

    var routing: Routing
    var ingressClass: String?
    /// `namespace/name` or `name` of the Gateway that routes attach to.
    var gateway: String?
    /// The cert-manager issuer that makes certificates.
    var issuer: String?
    var issuerKind: String
    /// Existing Secrets to pull images with.
    var imagePullSecrets: [String]
    var imagePullPolicy: String?
    /// `key=value` pairs.
    var nodeSelector: [String: String]
    /// As kubectl taints writes them: `key=value:effect`, `key:effect`, `key`.
    var tolerations: [String]
    /// The topology keys that instances spread over.
    var topologySpread: [String]
    var security: Security
    var runAsUser: Int?
    /// Seconds an instance goes on serving after it is told to stop.
    var drainSeconds: Int
    var hasDisruptionBudget: Bool
    /// Process types that keep an identity and storage of their own.
    var statefulProcesses: [String]
    /// A folder of patches, applied last.
    var patches: String?
    /// The size of `/dev/shm`.
    var sharedMemory: String?
    var defaultCPU: String
    var defaultMemory: String
    /// Labels and annotations that the user gives.
    var metadata: ObjectMetadataSettings

    static let declarations = [
        SettingDeclaration(
            "routing", default: "ingress", summary: "what leads traffic to web: ingress, gateway or none"),
        SettingDeclaration("ingress-class", summary: "the Ingress class; the cluster's default when unset"),
        SettingDeclaration("gateway", summary: "the Gateway that routes attach to, as NAMESPACE/NAME or NAME"),
        SettingDeclaration("cert-issuer", summary: "the cert-manager issuer of the app's certificates"),
        SettingDeclaration("cert-issuer-kind", default: "ClusterIssuer", summary: "ClusterIssuer or Issuer"),
        SettingDeclaration("image-pull-secrets", summary: "Secrets to pull images with, joined by commas"),
        SettingDeclaration(
            "image-pull-policy", summary: "Always, IfNotPresent or Never; the cluster's rule when unset"),
        SettingDeclaration("node-selector", summary: "labels that nodes must have: KEY=VALUE, joined by commas"),
        SettingDeclaration("tolerations", summary: "taints to tolerate: KEY=VALUE:EFFECT, joined by commas"),
        SettingDeclaration("topology-spread", summary: "node labels that instances spread over, joined by commas"),
        SettingDeclaration(
            "pod-security", default: "auto",
            summary: "the Pod Security level to keep: restricted, baseline, privileged, or auto for what the image can"),
        SettingDeclaration("run-as-user", summary: "the numeric user that instances run as; the image's when unset"),
        SettingDeclaration(
            "drain-seconds", default: "5", summary: "seconds an instance goes on serving after traffic has left it"),
        SettingDeclaration(
            "disruption-budget", default: "true", summary: "whether types of two or more get a PodDisruptionBudget"),
        SettingDeclaration("stateful", summary: "process types that become StatefulSets, joined by commas"),
        SettingDeclaration("patches", summary: "a folder of patches to the app's objects, applied last"),
        SettingDeclaration("shm-size", summary: "the size of /dev/shm, such as 256Mi"),
        SettingDeclaration("default-cpu", default: "100m", summary: "the CPU that an instance is to have at the least"),
        SettingDeclaration(
            "default-memory", default: "128Mi", summary: "the memory that an instance is to have at the least"),
    ]

    init(_ settings: Settings) throws {
        routing = try settings.choice("routing", default: .ingress)
        ingressClass = settings.text("ingress-class")
        gateway = settings.text("gateway")
        issuer = settings.text("cert-issuer")
        issuerKind = settings.text("cert-issuer-kind") ?? "ClusterIssuer"
        imagePullSecrets = settings.words("image-pull-secrets")
        imagePullPolicy = settings.text("image-pull-policy")
        nodeSelector = Dictionary(
            settings.words("node-selector").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            }
        ) { $1 }
        tolerations = settings.words("tolerations")
        topologySpread = settings.words("topology-spread")
        security = try settings.choice("pod-security", default: .auto)
        runAsUser =
            settings.text("run-as-user") == nil ? nil : try settings.number("run-as-user", atLeast: 0, default: 0)
        drainSeconds = try settings.number("drain-seconds", atLeast: 0, default: 5)
        hasDisruptionBudget = try settings.flag("disruption-budget", default: true)
        statefulProcesses = settings.words("stateful")
        patches = settings.text("patches")
        guard patches?.hasPrefix("/") ?? true else {
            throw AdapterError(
                .invalidSettings,
                "\(settings.plugin) property patches must be an absolute path, but is '\(patches ?? "")'",
                hint: "\(settings.plugin):set APP patches /PATH")
        }
        sharedMemory = settings.text("shm-size")
        defaultCPU = settings.text("default-cpu") ?? "100m"
        defaultMemory = settings.text("default-memory") ?? "128Mi"
        metadata = try ObjectMetadataSettings(settings)
    }
}
