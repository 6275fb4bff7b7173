/// Fakes to try an adapter by hand.
public enum FakeBackends {
    /// Serves a fake until the process ends.
    /// - Parameters:
    ///   - version: what it claims to be, one of ``BackendKind/faces``; `nil` for the first.
    ///   - token: the management token that it asks for, where it is a Nomad; `nil` for none.
    /// - Returns: the environment variables by which an adapter finds it.
    public static func serve(_ kind: BackendKind, version: String? = nil, speed: Double, token: String? = nil)
        async throws -> [String:
        String]
    {
        let run = try await FakeRun(kind, version: version, speed: speed, fault: nil, managementToken: token)
        Task {
            // Referred to for as long as it is to live.
            while true {
                try? await Task.sleep(for: .seconds(3_600))
                _ = run
            }
        }
        return run.variables.merging(token.map { ["NOMAD_TOKEN": $0] } ?? [:]) { $1 }
    }
}
