import AdapterKit

/// Asks an exec plugin for credentials.
struct ExecPluginRun: Sendable {
    let plugin: ExecPlugin
    let address: ClusterAddress
    let authority: [UInt8]?
    let context: AdapterContext

    /// Longer than that takes only a program that waits for somebody.
    static let longest = Duration.seconds(60)

    /// - Throws: ``AdapterError`` that holds nothing of what the plugin wrote for us.
    func credential() async throws -> ExecCredential {
        guard ExecCredential.versions.contains(plugin.apiVersion) else {
            throw trouble(
                "it speaks \(plugin.apiVersion); \(ExecCredential.versions.joined(separator: " or ")) is needed")
        }
        guard !plugin.needsTerminal else {
            throw trouble("it needs somebody at a terminal (interactiveMode Always)")
        }
        let output = try await limited { [self] in
            do {
                var variables = plugin.environment
                variables["KUBERNETES_EXEC_INFO"] = ExecCredential.question(
                    to: plugin, address.cluster, authority: authority)
                return try await context.outputOnHost([plugin.command] + plugin.arguments, variables)
            } catch let error as AdapterError {
                throw trouble(error.message, hint: "see whether \(plugin.command) is installed")
            }
        }
        guard output.status == .success else {
            let lines = output.complaint.split(separator: "\n").suffix(5).map {
                "\(plugin.command): \(Self.masked($0))"
            }
            throw trouble("it ended with status \(output.status.rawValue)", details: lines)
        }
        do {
            return try ExecCredential(output.output, version: plugin.apiVersion)
        } catch let problem as ExecCredential.Malformed {
            throw trouble(problem.text)
        }
    }

    private func limited(_ body: @escaping @Sendable () async throws -> ProgramOutput) async throws -> ProgramOutput {
        try await withThrowingTaskGroup(of: ProgramOutput.self) { group in
            group.addTask(operation: body)
            group.addTask { [self] in
                try await Task.sleep(for: Self.longest)
                throw trouble("it did not answer within \(Self.longest.components.seconds) seconds")
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() else { throw CancellationError() }
            return output
        }
    }

    /// Without words that may be a credential: long, and no address that somebody is asked to visit.
    private static func masked(_ line: Substring) -> String {
        line.split(separator: " ").map { $0.count < 40 || $0.contains("://") ? String($0) : "***" }
            .joined(separator: " ")
    }

    private func trouble(_ text: String, details: [String] = [], hint: String? = nil) -> AdapterError {
        let install = plugin.installHint.map { [$0.trimmed.split(separator: "\n").joined(separator: " ")] } ?? []
        return AdapterError(
            .denied,
            "could not get credentials of \(address.userName) from the program \(plugin.command): \(text)",
            details: details + install, hint: hint ?? "run \(plugin.command) by hand, or see \(address.source)")
    }
}
