import AdapterKit
import DokkuIO
import SchedulerHost

/// An app's port maps, a list property.
struct PortList: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    func change(_ words: [String], _ body: ([PortMap], [PortMap]) -> [PortMap]) async throws {
        guard !words.isEmpty else { throw AdapterError(.invalidInput, "No port mappings specified") }
        let maps = try words.map { word in
            guard let map = PortMap(word) else {
                throw AdapterError(
                    .invalidInput, "'\(word.prefix(80))' is no port map", hint: "ports:set \(app) http:80:5000")
            }
            return map
        }
        try await keep(body(try await host.reader(app).inputs.routes().ports, maps))
    }

    func keep(_ maps: [PortMap]) async throws {
        var seen: Set<String> = []
        let lines = maps.map(\.description).filter { seen.insert($0).inserted }
        try host.properties("ports").setList("map", to: lines, .app(app))
        await host.console.step("Ports of \(app): \(lines.isEmpty ? "none" : lines.joined(separator: " "))")
        if try Reports(host).isDeployed(app) {
            await host.console.report(.detail("They count from the next deploy on"))
        }
    }
}
