import AdapterKit

/// The text of an app's nginx site. Pure: the same app gives the same text.
enum NginxConfiguration {
    static func text(app: AppName, instances: [Instance], routes: Routes) -> String {
        let maps = routes.ports.filter { $0.scheme == "http" }
        let instancePort = instances.first?.port ?? 5_000
        let ports = maps.isEmpty ? [(80, instancePort)] : maps.map { ($0.hostPort, $0.containerPort) }
        let upstreams = Set(ports.map(\.1)).sorted().map { upstream(app, instances, port: $0) }
        let servers = ports.map { server(app, domains: routes.domains, listen: $0, port: $1) }
        return "# The site of \(app), written by linkspan at each deploy.\n" + (upstreams + servers).joined()
    }

    private static func upstream(_ app: AppName, _ instances: [Instance], port: Int) -> String {
        let addresses = instances.sorted { $0.name < $1.name }.compactMap(\.address)
        guard !addresses.isEmpty else { return "" }
        let lines = addresses.map { "    server \($0.contains(":") ? "[\($0)]" : $0):\(port);\n" }
        return "upstream \(name(app, port)) {\n" + lines.joined() + "}\n"
    }

    private static func server(_ app: AppName, domains: [String], listen: Int, port: Int) -> String {
        """
        server {
            listen [::]:\(listen);
            listen \(listen);
            server_name \(domains.joined(separator: " "));
            location / {
                proxy_pass http://\(name(app, port));
                proxy_http_version 1.1;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection $http_connection;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Port $server_port;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header X-Request-Start $msec;
            }
        }

        """
    }

    private static func name(_ app: AppName, _ port: Int) -> String { "\(app)-\(port)" }
}
