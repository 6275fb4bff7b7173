import AdapterKit

/// The file `CHECKS` of an app's source: what was there before healthchecks in `app.json`, and is still read (contract
/// 2.2, 2.6). A file that comes with a build counts for that build's deploys, and for all once one has succeeded.
package struct ChecksFile: Sendable {
    private let layout: DokkuLayout
    private let app: AppName
    /// Names the command that builds and deploys: its files are not everybody's yet. Empty for none.
    private let command: String

    /// - Parameter command: `DOKKU_PID`.
    package init(_ layout: DokkuLayout, _ app: AppName, command: String) {
        self.layout = layout
        self.app = app
        self.command = command
    }

    private static let name = "CHECKS"

    private var folder: String { layout.data("scheduler-docker-local", app) }
    private var kept: String { folder + "/" + Self.name }
    private var fresh: String { kept + "." + command }
    /// Says that a source has no such file, which is not the same as that there is no new source.
    private var missing: String { fresh + ".missing" }

    /// Notes what a source brings: that it has no such file, too.
    package func extract(from source: String) throws {
        for name in try StateFiles.names(in: folder) where name.hasPrefix(Self.name + ".") {
            try StateFiles.remove("\(folder)/\(name)")
        }
        guard let bytes = try StateFiles.read("\(source)/\(Self.name)") else {
            return try StateFiles.write("", to: missing)
        }
        try StateFiles.write(bytes, to: fresh)
    }

    /// A release has taken over: what came with it counts from now on.
    package func commit() throws {
        guard !command.isEmpty else { return }
        if let bytes = try StateFiles.read(fresh) {
            try StateFiles.write(bytes, to: kept)
            try StateFiles.remove(fresh)
        } else if StateFiles.exists(missing) {
            try StateFiles.remove(kept)
            try StateFiles.remove(missing)
        }
    }

    /// The checks of `web`; none without the file.
    /// - Parameter defaults: the number of a setting that the file does not give: `wait`, `timeout` or `attempts`.
    func checks(_ defaults: (String, Int) throws -> Int) throws -> [Healthcheck] {
        if !command.isEmpty, StateFiles.exists(missing) { return [] }
        let path = !command.isEmpty && StateFiles.exists(fresh) ? fresh : kept
        guard let text = try StateFiles.readText(path) else { return [] }
        return try ChecksText(text).checks(defaults)
    }
}

/// What the file says: `NAME=VALUE` settings, and a line a check: `PATH`, `//HOST/PATH` or `https://HOST/PATH`, and what
/// the answer must contain.
private struct ChecksText {
    private var settings: [String: Int] = [:]
    private var lines: [(address: String, content: String)] = []

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let pair = first.split(separator: "=", maxSplits: 1).map(String.init)
            if !first.contains("/"), pair.count == 2 {
                settings[pair[0].lowercased()] = Int(pair[1])
            } else if first.hasPrefix("/") || first.hasPrefix("http://") || first.hasPrefix("https://") {
                lines.append((first, words.count > 1 ? words[1] : ""))
            }
        }
    }

    func checks(_ defaults: (String, Int) throws -> Int) throws -> [Healthcheck] {
        func number(_ name: String, _ fallback: Int) throws -> Int { try settings[name] ?? defaults(name, fallback) }
        let wait = try number("wait", 5)
        let (timeout, attempts) = (try number("timeout", 30), try number("attempts", 5))
        return lines.enumerated().map { index, line in
            Healthcheck(
                name: "check-\(index + 1)", probe: .http(request: Self.request(line.address, line.content)),
                attempts: attempts, timeout: timeout, wait: wait, initialDelay: wait)
        }
    }

    /// A host in the address is who is asked for, not who is asked: that is the container.
    private static func request(_ address: String, _ content: String) -> Healthcheck.HTTPProbe {
        let scheme = address.hasPrefix("https:") ? "https" : "http"
        var rest = address.hasPrefix("/") ? address[...] : address.drop { $0 != "/" }
        var headers: [Healthcheck.HTTPProbe.Header] = []
        if rest.hasPrefix("//") {
            let host = rest.dropFirst(2).prefix { $0 != "/" }
            headers = [.init(name: "Host", value: String(host))]
            rest = rest.dropFirst(2 + host.count)
        }
        return .init(
            path: rest.isEmpty ? "/" : String(rest), scheme: scheme, content: content.isEmpty ? nil : content,
            headers: headers)
    }
}
