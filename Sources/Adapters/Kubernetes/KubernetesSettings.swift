import AdapterKit

/// The properties of plugin `scheduler-kubernetes`.
struct KubernetesSettings: Sendable, Equatable {
    /// The mark of this host's objects; empty when all of an app's objects are ours.
    var origin: String
    /// Where the app's objects live.
    var namespace: String?
    /// The kubeconfig's path, as `KUBECONFIG` has it: several are joined by colons.
    var kubeconfig: String?
    /// The context of the kubeconfig.
    var kubeContext: String?
    /// Whom to act as; `nil` for who we are.
    var impersonatedUser: String?
    /// The groups to act as a member of.
    var impersonatedGroups: [String]
    /// How a release takes over.
    var rollout: RolloutKind
    /// Seconds that a whole rollout may take.
    var deployTimeout: Int
    /// Seconds in which something must happen.
    var idleTimeout: Int
    /// Seconds that one instance may take from being scheduled to being ready.
    var startTimeout: Int
    /// Whether fields that somebody else manages are taken over.
    var forcesConflicts: Bool
    /// The settings that only change how objects look: see ``ObjectSettings``.
    var objects: ObjectSettings

    /// How a release takes over.
    enum RolloutKind: String, Sendable, CaseIterable {
        /// All of the new release is started and verified first, then traffic moves.
        case beside
        /// Instances are replaced one by one.
        case rolling
    }

    static let variables = [
        "KUBECONFIG", "HOME", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HTTPS_PROXY", "https_proxy",
        "NO_PROXY", "no_proxy", "PATH",
    ]

    static let declarations =
        [
            SettingDeclaration(
                "namespace", isPlace: true, summary: "the namespace of the app's objects, made when it is missing"),
            SettingDeclaration(
                "kubeconfig", isPlace: true, summary: "path of the kubeconfig; several are joined by colons"),
            SettingDeclaration(
                "context", isPlace: true, summary: "the kubeconfig's context; its current one when unset"),
            SettingDeclaration("impersonate-user", summary: "the user to act as"),
            SettingDeclaration("impersonate-groups", summary: "groups to act as a member of, joined by commas"),
            SettingDeclaration(
                "rollout", default: "beside",
                summary: "beside: verify the whole release before traffic moves; rolling: replace one by one"),
            SettingDeclaration(
                "deploy-timeout", default: "600", summary: "seconds that a whole rollout may take"),
            .lockWait,
            SettingDeclaration(
                "idle-timeout", default: "180", summary: "seconds in which a rollout must make progress"),
            SettingDeclaration(
                "start-timeout", default: "300", summary: "seconds that one instance may take to become ready"),
            SettingDeclaration(
                "force-conflicts", default: "false", summary: "whether fields that others manage are taken over"),
        ] + ObjectSettings.declarations + ObjectMetadataSettings.declarations

    init(_ settings: Settings, origin: String = "") throws {
        self.origin = origin
        namespace = settings.text("namespace")
        kubeconfig = settings.text("kubeconfig")
        kubeContext = settings.text("context")
        impersonatedUser = settings.text("impersonate-user")
        impersonatedGroups = settings.words("impersonate-groups")
        rollout = try settings.choice("rollout", default: .beside)
        deployTimeout = try settings.number("deploy-timeout", atLeast: 1, default: 600)
        idleTimeout = try settings.number("idle-timeout", atLeast: 1, default: 180)
        startTimeout = try settings.number("start-timeout", atLeast: 1, default: 300)
        forcesConflicts = try settings.flag("force-conflicts", default: false)
        objects = try ObjectSettings(settings)
    }
}
