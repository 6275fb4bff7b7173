import TestSupport
import Testing

/// A row of the trigger table: one call as Dokku makes it, and all that comes of it, byte for byte (contract 2.1, 2.2).
struct TriggerRow: Sendable, CustomStringConvertible {
    var trigger: String
    var words: [String]
    var status: Int32
    var output: String
    var error: String

    /// - Parameter error: the lines that a person is told, without Dokku's ` !     `.
    init(_ trigger: String, _ words: [String], _ output: String = "", error: [String] = [], status: Int32? = nil) {
        self.trigger = trigger
        self.words = words
        self.output = output
        self.error = error.map { " !     \($0)\n" }.joined()
        self.status = status ?? (error.isEmpty ? 0 : 1)
    }

    var description: String { ([trigger] + words).joined(separator: " ") }

    /// Makes the call.
    /// - Parameter places: what stands for a value that only the stage knows, such as a container's id.
    func check(on stage: DokkuStage, _ places: [String: String] = [:]) async throws {
        func filled(_ text: String) -> String {
            places.reduce(text) { $0.replacing($1.key, with: $1.value) }
        }
        let result = try await stage.run(trigger, words.map(filled))
        #expect(result.status == status, "\(self): \(result)")
        #expect(result.output == filled(output), "\(self)")
        #expect(result.error == filled(error), "\(self)")
    }

    /// A call about no app, and about one whose name is none: refused by each trigger that is about an app.
    static func badNames(_ triggers: [String], of scheduler: String) -> [TriggerRow] {
        triggers.flatMap { trigger in
            [
                TriggerRow(trigger, [scheduler, ""], error: ["Please specify an app to run the command on"]),
                TriggerRow(
                    trigger, [scheduler, "../etc", "latest"],
                    error: [
                        "App name must begin with lowercase alphanumeric character, and may only contain lowercase "
                            + "alphanumerics, dots, and hyphens"
                    ]),
            ]
        }
    }
}
