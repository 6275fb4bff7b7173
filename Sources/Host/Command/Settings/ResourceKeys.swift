import AdapterKit
import DokkuIO
import SchedulerHost

/// `resource:limit` and `resource:reserve` over Dokku's property files.
struct ResourceKeys: Sendable {
    static let keys = ["cpu", "memory", "memory-swap", "network", "network-ingress", "network-egress", "nvidia-gpu"]

    private let host: Host
    private let app: AppName
    private let prefix: String

    /// - Parameter kind: `limit` or `reserve`.
    init(_ host: Host, _ app: AppName, processType: String?, kind: String) throws {
        self.host = host
        self.app = app
        prefix = (try processType.map { try ProcessType($0).description } ?? "_default_") + "." + kind
    }

    /// Sets what `words` say (`--memory 512 --cpu 1`); shows what is set when they say nothing.
    func apply(_ words: [String]) async throws {
        let properties = host.properties("resource")
        guard !words.isEmpty else {
            for key in Self.keys {
                await host.console.line("       \(key): \(try properties.value("\(prefix).\(key)", .app(app)) ?? "")")
            }
            return
        }
        var rest = words[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let key = String(parts[0].dropFirst(2))
            guard word.hasPrefix("--"), Self.keys.contains(key) else {
                throw AdapterError(
                    .invalidInput, "'\(word.prefix(80))' is no resource: " + Self.keys.joined(separator: ", "))
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw AdapterError(.invalidInput, "\(word) wants a value")
            }
            try properties.set("\(prefix).\(key)", to: value == "clear" ? "" : value, .app(app))
        }
    }

    func clear() throws {
        for key in Self.keys { try host.properties("resource").set("\(prefix).\(key)", to: "", .app(app)) }
    }
}
