import AdapterKit
import DokkuIO

/// What a person asked of a `:report` (contract 6).
package struct ReportRequest: Sendable, Equatable {
    package var app: String?
    package var isGlobal = false
    package var format = Report.Format.stdout
    package var flag: String?
    /// Two flags at once: Dokku then prints nothing at all.
    package var isSilent = false

    /// - Throws: ``AdapterError`` with Dokku's words.
    package init(_ words: [String]) throws {
        var flags: [String] = []
        var rest = words[...]
        var formatText = "stdout"
        while let word = rest.popFirst() {
            if word == "--format" {
                guard let value = rest.popFirst() else { throw Misuse("--format needs a value: stdout or json") }
                formatText = value
            } else if word == "--global" {
                isGlobal = true
            } else if word.hasPrefix("--") {
                flags.append(word)
            } else {
                app = app ?? word
            }
        }
        isSilent = flags.count > 1
        flag = flags.first
        guard !isSilent else { return }
        guard let format = Report.Format(rawValue: formatText) else { throw Self.badFormat(formatText) }
        self.format = format
        if format == .json, flag != nil {
            throw AdapterError(.invalidInput, "--format flag cannot be specified when specifying an info flag")
        }
    }

    private static func badFormat(_ text: String) -> AdapterError {
        AdapterError(.invalidInput, "Format must be \"stdout\" or \"json\": \"\(text)\"")
    }

    /// Prints the reports asked for, made by `make`.
    package func print(on host: Host, _ make: @Sendable (PropertyScope) async throws -> Report) async throws {
        guard !isSilent else { return }
        let scopes: [PropertyScope]
        if isGlobal {
            scopes = [.global]
        } else if let app {
            scopes = [.app(try host.apps.existing(app))]
        } else {
            scopes = try host.apps.all().map(PropertyScope.app)
            if scopes.isEmpty {
                return await host.console.showError(" !     You haven't deployed any applications yet")
            }
        }
        for scope in scopes {
            let report = try await make(scope)
            if let flag {
                await host.console.line(try report.value(of: flag))
            } else if format == .json {
                await host.console.line(report.json)
            } else {
                await host.console.headline(report.headline)
                for line in report.lines { await host.console.line(line) }
            }
        }
    }
}
