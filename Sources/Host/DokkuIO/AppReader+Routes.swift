import AdapterKit

extension AppReader {
    /// Domains and port maps as the person set them.
    package func routes() throws -> Routes {
        let domains = try StateFiles.readText(layout.app(app, "VHOST")) ?? ""
        return Routes(
            domains: domains.split(whereSeparator: \.isWhitespace).map(String.init),
            ports: try properties("ports").list("map", .app(app)).map { line in
                guard let map = PortMap(line) else {
                    throw AdapterError(
                        .invalidSettings, "'\(line)' is no port map", hint: "ports:set \(app) http:80:5000")
                }
                return map
            })
    }
}
