import AdapterKit
import DokkuIO
import SchedulerHost

/// An app's domains, one a line in Dokku's file `VHOST`.
struct DomainList: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Changes the list; `words` must be host names.
    func change(_ words: [String], _ body: ([String], [String]) -> [String]) async throws {
        for word in words where !Self.isDomain(word) {
            throw AdapterError(
                .invalidInput, "'\(word.prefix(80))' is no domain", hint: "domains:add \(app) shop.example.com")
        }
        var seen: Set<String> = []
        let domains = body(try await host.reader(app).inputs.routes().domains, words).filter {
            seen.insert($0).inserted
        }
        let path = host.layout.app(app, "VHOST")
        if domains.isEmpty {
            try StateFiles.remove(path)
        } else {
            try StateFiles.write(domains.map { $0 + "\n" }.joined(), to: path, mode: 0o644)
        }
        await host.console.step("Domains of \(app): \(domains.isEmpty ? "none" : domains.joined(separator: " "))")
        if try Reports(host).isDeployed(app) {
            await host.console.report(.detail("They count from the next deploy on"))
        }
    }

    private static func isDomain(_ text: String) -> Bool {
        let labels = (text.hasPrefix("*.") ? text.dropFirst(2) : text[...]).split(
            separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
            }
    }
}
