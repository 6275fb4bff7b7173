import AdapterKit

/// `type: command` lines.
package struct Procfile: Sendable, Equatable {
    /// Commands by process type.
    package var commands: [ProcessType: String]
    /// Whether variables and the port are filled in already.
    package private(set) var isExpanded = false

    /// What somebody else has read.
    init(commands: [ProcessType: String], isExpanded: Bool) {
        self.commands = commands
        self.isExpanded = isExpanded
    }

    /// - Throws: ``AdapterError`` that names the file and line.
    package init(_ bytes: [UInt8], file: String) throws {
        commands = [:]
        var lines: [ProcessType: Int] = [:]
        let text = String(decoding: bytes, as: UTF8.self)
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            func wrong(_ what: String) -> AdapterError {
                AdapterError(.invalidInput, "\(file), line \(number): \(what)")
            }
            guard let colon = line.firstIndex(of: ":") else {
                throw wrong("it is not of the form TYPE: COMMAND: \(line.prefix(80))")
            }
            guard let type = try? ProcessType(String(line[..<colon].trimmed)) else {
                throw wrong(
                    "'\(line[..<colon].prefix(80))' is no process type: letters, digits, '-' and '_' are allowed")
            }
            let command = line[line.index(after: colon)...].trimmed
            guard !command.isEmpty else { throw wrong("\(type) has no command") }
            if let first = lines[type] { throw wrong("\(type) stands in line \(first) already") }
            lines[type] = number
            commands[type] = String(command)
        }
        guard !commands.isEmpty else { throw AdapterError(.invalidInput, "\(file) names no process type") }
    }

    /// The task that it asks for before a release is deployed.
    package var release: String? { commands.first { $0.key.description == "release" }?.value }

    /// The types that are scaled; `release` is a task, not a process.
    package var types: [ProcessType] { commands.keys.filter { $0.description != "release" }.sorted() }
}

extension Substring {
    var trimmed: Substring {
        var text = drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
