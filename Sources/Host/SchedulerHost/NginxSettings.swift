import AdapterKit
import DokkuIO

/// Where the host's nginx is and how it is spoken to: properties of plugin `nginx`.
struct NginxSettings: Sendable, Equatable {
    /// Where a site's file goes; nginx must include `*.conf` of it.
    var sitesFolder: String
    /// The program, maybe with words in front such as `sudo -n`.
    var command: [String]
    var pidFile: String
    /// How long old workers may take to finish their requests.
    var drain: Duration

    init(_ host: Host, _ app: AppName) throws {
        let properties = host.properties("nginx")
        func value(_ name: String) throws -> String {
            try properties.computed(name, app, default: PropertyCatalog.nginx.defaultValue(of: name))
        }
        sitesFolder = try value("sites-directory")
        command = try value("command").split(separator: " ").map(String.init)
        pidFile = try value("pid-file")
        let text = try value("drain-seconds")
        guard let seconds = Seconds.parse(text) else {
            throw AdapterError(
                .invalidSettings, "nginx property drain-seconds must be \(Seconds.rule()), not '\(text)'",
                hint: "nginx:set --global drain-seconds 30")
        }
        drain = .seconds(seconds)
    }
}
