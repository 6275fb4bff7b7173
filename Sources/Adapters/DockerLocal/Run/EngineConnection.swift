import APIClient
import AdapterKit
import DockerEngine

/// The engine, connected to on first use and asked for its version once.
actor EngineConnection {
    private let endpoint: APIEndpoint
    private let clock: any Clock<Duration>
    private let trace: (@Sendable (String) -> Void)?
    private var connecting: Task<DockerEngine, any Error>?

    init(endpoint: APIEndpoint, clock: any Clock<Duration>, trace: (@Sendable (String) -> Void)?) {
        self.endpoint = endpoint
        self.clock = clock
        self.trace = trace
    }

    func engine() async throws -> DockerEngine {
        let connecting =
            connecting
            ?? Task { [endpoint, clock, trace] in
                try await DockerEngine.connect(to: endpoint) { transport in
                    let logged = trace.map { LoggingTransport(transport, report: $0) as any APITransport } ?? transport
                    return RetryingTransport(logged, clock: clock)
                }
            }
        self.connecting = connecting
        do {
            return try await withTaskCancellationHandler {
                try await connecting.value
            } onCancel: {
                connecting.cancel()
            }
        } catch {
            self.connecting = nil
            throw EngineTrouble.translate(error, while: "reach the Docker Engine")
        }
    }
}
