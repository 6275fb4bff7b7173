import AdapterKit
import ProcessStreams

/// Dokku's other plugins, reached through their triggers (contract 1.3).
///
/// A question is asked once, however often its answer is wanted. What nobody answers costs no process.
package final class Plugn: Sendable {
    /// What a trigger left behind.
    package struct Answer: Sendable, Equatable {
        package var status: Int32
        /// Standard output without the newlines at its end.
        package var text: String
        /// What was said to people.
        package var complaint: String
    }

    /// The plugin that only writes a journal of triggers.
    private static let journal = "20_events"

    private let enabled: String
    private let core: String
    private let isJournalKept: Bool
    private let questions = Questions()

    /// - Parameter environment: of which `PLUGIN_PATH` says where plugins are.
    package init(_ layout: DokkuLayout, environment: [String: String]) {
        func folder(_ name: String, _ fallback: String) -> String {
            environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? layout.library + "/" + fallback
        }
        enabled = folder("PLUGIN_PATH", "plugins") + "/enabled"
        core = folder("PLUGIN_CORE_PATH", "core-plugins") + "/enabled"
        isJournalKept = environment["DOKKU_EVENTS"]?.isEmpty == false
    }

    /// The plugins that have the trigger, in the order in which they are called; one that only keeps a journal is none.
    package func plugins(with trigger: String) -> [String] {
        ((try? StateFiles.names(in: enabled)) ?? []).filter { plugin in
            plugin != Self.journal && StateFiles.isFile("\(enabled)/\(plugin)/\(trigger)")
        }
    }

    /// Whether anybody answers: Dokkus of other ages lack triggers.
    package func isAnswered(_ trigger: String) -> Bool { !plugins(with: trigger).isEmpty }

    /// What the plugins say; `nil` when nobody has the trigger.
    /// - Throws: ``AdapterError`` with the plugins' own words when one of them fails.
    package func ask(_ trigger: String, _ arguments: String...) async throws -> String? {
        guard let answer = try await answer(trigger, arguments) else { return nil }
        guard answer.status == 0 else { throw Self.failure(trigger, answer.status, answer.complaint) }
        return answer.text
    }

    /// The answer whatever its status; `nil` when nobody has the trigger.
    package func answer(_ trigger: String, _ arguments: [String]) async throws -> Answer? {
        let plugins = plugins(with: trigger)
        guard !plugins.isEmpty else { return nil }
        return try await questions.answer(to: [trigger] + arguments) { [self] in
            try await isPlain(plugins)
                ? direct(trigger, arguments, plugins)
                : run(["plugn", "trigger", trigger] + arguments)
        }
    }

    /// Tells the plugins that something has happened; they write to our own output.
    /// - Parameter variables: what they are told beside the arguments.
    /// - Throws: ``AdapterError`` when one of them fails, which has said why itself.
    package func fire(
        _ trigger: String, _ arguments: [String], variables: [String: String] = [:]
    ) async throws {
        guard isJournalKept || isAnswered(trigger) else { return }
        let status = try await HostPrograms.pass(["plugn", "trigger", trigger] + arguments, variables)
        guard status == .success else { throw Self.failure(trigger, status.rawValue, "") }
    }

    // MARK: what plugn does

    /// Dokku's own plugins have no configuration of plugn's (contract 1.2), so that calling them in turn is all that
    /// plugn would do for them, in a tenth of its time.
    private func isPlain(_ plugins: [String]) -> Bool {
        !isJournalKept && plugins.allSatisfy { StateFiles.exists("\(core)/\($0)") }
    }

    private func direct(_ trigger: String, _ arguments: [String], _ plugins: [String]) async throws -> Answer {
        var all = Answer(status: 0, text: "", complaint: "")
        for plugin in plugins {
            let file = "\(enabled)/\(plugin)/\(trigger)"
            guard StateFiles.isExecutable(file) else { continue }
            let answer = try await run([file] + arguments, trims: false)
            all.text += answer.text
            all.complaint += answer.complaint
            all.status = answer.status
            guard answer.status == 0 else { break }
        }
        all.text = Self.trimmed(all.text)
        return all
    }

    private func run(_ words: [String], trims: Bool = true) async throws -> Answer {
        let output = try await HostPrograms.output(words, [:])
        let text = String(decoding: output.output, as: UTF8.self)
        return Answer(
            status: output.status.rawValue, text: trims ? Self.trimmed(text) : text, complaint: output.complaint)
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }

    private static func failure(_ trigger: String, _ status: Int32, _ complaint: String) -> AdapterError {
        let lines = complaint.split(whereSeparator: \.isNewline).map { line in
            String(line.hasPrefix(" !     ") ? line.dropFirst(7) : line)
        }
        return AdapterError(
            .hostTrouble, "Dokku's trigger \(trigger) failed with exit status \(status)", details: lines)
    }
}

/// Answers by question; a question that is being asked is waited for.
private actor Questions {
    private var asked: [[String]: Task<Plugn.Answer, any Error>] = [:]

    func answer(
        to question: [String], _ ask: @escaping @Sendable () async throws -> Plugn.Answer
    ) async throws -> Plugn.Answer {
        let task = asked[question] ?? Task { try await ask() }
        asked[question] = task
        return try await task.value
    }
}
