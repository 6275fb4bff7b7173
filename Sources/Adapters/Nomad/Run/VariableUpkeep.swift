import APIClient
import AdapterKit

/// Keeps the items of a job's Variable in step with what the job's releases read.
struct VariableUpkeep: Sendable {
    let server: NomadServer
    let path: String

    /// How often somebody else may write it between our look and our write.
    private static let patience = 5

    /// Adds what `planned` needs, and drops what nobody reads any more.
    /// - Parameter known: the Variable as it was seen last, where it was.
    /// - Throws: ``AdapterError`` when it would be too large; nothing was written then.
    func write(_ planned: PlannedVariable, for app: AppName, knowing known: NomadVariable? = nil) async throws {
        try await change("keep the config of \(app) in Variable \(path)", known) {
            try planned.joined(with: $0, for: app)
        }
    }

    /// Drops every item that is not named by `keys`, and the Variable with the last one.
    func drop(allBut keys: Set<String>) async throws {
        try await change("drop config from Variable \(path)") { items in items.filter { keys.contains($0.key) } }
    }

    private func change(
        _ action: String, _ known: NomadVariable? = nil, _ change: ([String: String]) throws -> [String: String]
    ) async throws {
        try await NomadTrouble.translating(action) {
            for attempt in 1...Self.patience {
                var live = attempt == 1 ? known : nil
                if live == nil { live = try await server.send(NomadCalls.variable(path)) }
                let before = live?.Items ?? [:]
                let after = try change(before)
                guard after != before else { return }
                if after.isEmpty { return try await server.send(NomadCalls.deleteVariable(path)) }
                do {
                    _ = try await server.send(
                        NomadCalls.putVariable(path, items: after, enforcing: live?.ModifyIndex ?? 0))
                    return
                } catch let failure as APIFailure where failure.status == 409 && attempt < Self.patience {
                    continue
                }
            }
        }
    }
}
