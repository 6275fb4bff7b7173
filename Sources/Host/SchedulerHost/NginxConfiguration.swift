import AdapterKit

/// The text of an app's nginx site. Pure: the same app gives the same text.
enum NginxConfiguration {
    static func text(app: AppName, instances: [Instance], routes: Routes) -> String {
        let maps = routes.ports.filter { $0.scheme == "http" }
        let instancePort = instances.first?.port ?? 5_000
        let ports = maps.isEmpty ? [(80, instancePort)] : maps.map { ($0.hostPort, $0.containerPort) }
        let upstreams = Set(ports.map(\.1)).sorted().map { upstream(app, instances, port: $0) }
        let isServed = instances.contains { $0.address != nil }
        let servers = ports.map { listen, port in
            server(
                domains: routes.domains, listen: listen,
                body: isServed ? proxied(to: name(app, port)) : "        return 503;\n")
        }
        return "# The site of \(app), written by linkspan at each deploy.\n" + (upstreams + servers).joined()
    }

    private static func upstream(_ app: AppName, _ instances: [Instance], port: Int) -> String {
        let addresses = instances.sorted { $0.name < $1.name }.compactMap(\.address)
        guard !addresses.isEmpty else { return "" }
        let lines = addresses.map { "    server \($0.contains(":") ? "[\($0)]" : $0):\(port);\n" }
        return "upstream \(name(app, port)) {\n" + lines.joined() + "}\n"
    }

    private static func server(domains: [String], listen: Int, body: String) -> String {
        """
        server {
            listen [::]:\(listen);
            listen \(listen);
            server_name \(domains.joined(separator: " "));
            location / {
        \(body)    }
        }

        """
    }

    private static func proxied(to upstream: String) -> String {
        let headers = [
            "Upgrade $http_upgrade", "Connection $http_connection", "Host $http_host",
            "X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Port $server_port", "X-Forwarded-Proto $scheme",
            "X-Request-Start $msec",
        ]
        return "        proxy_pass http://\(upstream);\n        proxy_http_version 1.1;\n"
            + headers.map { "        proxy_set_header \($0);\n" }.joined()
    }

    private static func name(_ app: AppName, _ port: Int) -> String { "\(app)-\(port)" }
}
