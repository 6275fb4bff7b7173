import AdapterKit

/// The settings that say where the servers are and who we are there. What is unset comes from Nomad's own variables.
struct AccessSettings: Sendable, Equatable {
    /// `http(s)://host:port` or `unix://path`.
    var address: String?
    var token: String?
    var region: String?
    /// Where the app's jobs live.
    var namespace: String?
    /// A file of authorities to trust, PEM.
    var authorityFile: String?
    /// A folder of such files.
    var authorityFolder: String?
    var clientCertificate: String?
    var clientKey: String?
    /// The name that the server's certificate must have.
    var serverName: String?
    /// Whether the server need not prove who it is; `nil` where nothing is set.
    var skipsVerification: Bool?

    static let variables = [
        "NOMAD_ADDR", "NOMAD_TOKEN", "NOMAD_REGION", "NOMAD_NAMESPACE", "NOMAD_CACERT", "NOMAD_CAPATH",
        "NOMAD_CLIENT_CERT", "NOMAD_CLIENT_KEY", "NOMAD_TLS_SERVER_NAME", "NOMAD_SKIP_VERIFY", "HTTPS_PROXY",
        "https_proxy", "http_proxy", "NO_PROXY", "no_proxy",
    ]

    static let declarations = [
        SettingDeclaration(
            "address", isPlace: true,
            summary: "the servers' address, http(s)://HOST:PORT or unix://PATH; NOMAD_ADDR when unset"),
        SettingDeclaration("token", isSecret: true, summary: "the ACL token's secret id; NOMAD_TOKEN when unset"),
        SettingDeclaration(
            "region", isPlace: true, summary: "the region of the app's jobs; NOMAD_REGION, else the agent's own"),
        SettingDeclaration(
            "namespace", isPlace: true,
            summary: "the namespace of the app's jobs, made when it is missing; NOMAD_NAMESPACE, else default"),
        SettingDeclaration(
            "ca-cert", summary: "path of the authorities to trust, PEM; NOMAD_CACERT when unset"),
        SettingDeclaration(
            "ca-path", summary: "folder of files with authorities to trust, PEM; NOMAD_CAPATH when unset"),
        SettingDeclaration(
            "client-cert", summary: "path of the certificate to show, PEM; NOMAD_CLIENT_CERT when unset"),
        SettingDeclaration("client-key", summary: "path of the certificate's key, PEM; NOMAD_CLIENT_KEY when unset"),
        SettingDeclaration(
            "tls-server-name", summary: "the name in the servers' certificate; NOMAD_TLS_SERVER_NAME when unset"),
        SettingDeclaration(
            "skip-verify", summary: "whether the servers need not prove who they are; NOMAD_SKIP_VERIFY when unset"),
    ]

    init(_ settings: Settings) throws {
        address = settings.text("address")
        token = settings.text("token")
        region = settings.text("region")
        namespace = settings.text("namespace")
        authorityFile = settings.text("ca-cert")
        authorityFolder = settings.text("ca-path")
        clientCertificate = settings.text("client-cert")
        clientKey = settings.text("client-key")
        serverName = settings.text("tls-server-name")
        skipsVerification =
            settings.text("skip-verify") == nil ? nil : try settings.flag("skip-verify", default: false)
    }
}
