import Foundation

extension DokkuStage {
    /// `plugn trigger NAME ARGUMENTS…`: every plugin's file of that name, in order, up to the first that fails.
    @discardableResult
    package func trigger(
        _ name: String, _ arguments: String..., input: String = "", setting extra: [String: String] = [:],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await run("plugn", ["trigger", name] + arguments, input: input, setting: extra, during: during)
    }

    /// The same with a list of arguments.
    @discardableResult
    package func run(
        _ trigger: String, _ arguments: [String], setting extra: [String: String] = [:]
    ) async throws -> RunResult {
        try await run("plugn", ["trigger", trigger] + arguments, input: "", setting: extra)
    }

    /// `dokku ARGUMENTS…` (contract 1.6).
    @discardableResult
    package func dokku(
        _ arguments: String..., input: String = "", setting extra: [String: String] = [:]
    ) async throws -> RunResult { try await run("dokku", arguments, input: input, setting: extra) }

    @discardableResult
    package func dokku(_ arguments: [String]) async throws -> RunResult {
        try await run("dokku", arguments, input: "", setting: [:])
    }

    /// One file of one plugin, called by the path that plugn calls it by.
    @discardableResult
    package func call(
        _ plugin: String, _ file: String, _ arguments: [String] = [], input: String = "",
        setting extra: [String: String] = [:],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await Spawned.run(
            "\(library)/plugins/enabled/\(plugin)/\(file)", arguments, environment: variables.merging(extra) { $1 },
            input: Array(input.utf8), during: during)
    }

    /// The program itself, as root runs it on a Dokku host: without Dokku's variables but where its library is.
    @discardableResult
    package func linkspan(_ arguments: String...) async throws -> RunResult {
        let kept = ["STAGE", "PATH", "HOME", "LC_ALL", "DOKKU_ROOT", "DOKKU_LIB_ROOT", "DOKKU_SYSTEM_USER"]
        let own = variables.filter { kept.contains($0.key) || $0.key == "DOKKU_SYSTEM_GROUP" }
        return try await Spawned.run(program, arguments, environment: own, input: []) { _ in }
    }

    private func run(
        _ program: String, _ arguments: [String], input: String, setting extra: [String: String],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await Spawned.run(
            "\(path)/bin/\(program)", arguments, environment: variables.merging(extra) { $1 }, input: Array(input.utf8),
            during: during)
    }

    // MARK: who was called

    /// A trigger of a core plugin that was run.
    package struct Call: Sendable, Equatable, CustomStringConvertible {
        package var plugin: String
        package var trigger: String
        package var arguments: [String]

        package var description: String { "\(plugin)/\(trigger) \(arguments.joined(separator: " "))" }
    }

    /// The triggers of core plugins that were run, in order, `20_events` left out.
    package var calls: [Call] {
        (folder.read("log/calls") ?? "").split(separator: "\u{1e}").map { record in
            let fields = record.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
            return Call(plugin: fields[0], trigger: fields[1], arguments: Array(fields.dropFirst(2).dropLast()))
        }
    }

    /// The names that `plugn trigger` was called with, in order.
    package var triggersFired: [String] { (folder.read("log/plugn") ?? "").split(separator: "\n").map(String.init) }

    /// Begins the logs anew.
    package func forgetCalls() throws {
        try folder.write("", to: "log/calls")
        try folder.write("", to: "log/plugn")
    }
}
