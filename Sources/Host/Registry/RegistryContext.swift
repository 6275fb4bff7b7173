import APIClient
import AdapterKit

/// All that the registry plugin may know of the machine it runs on.
package struct RegistryContext: Sendable {
    /// Of which `DOCKER_HOST` and its companions say where the engine is.
    package var variables: [String: String]
    package var readFile: @Sendable (String) throws -> [UInt8]
    package var listFolder: @Sendable (String) throws -> [String]
    /// Who we are at a registry; asked when one wants to know.
    package var login: @Sendable (RepositoryName) async throws -> Login?
    /// Takes one line for each request; `nil` unless asked for.
    package var trace: (@Sendable (String) -> Void)?
    package var clock: any Clock<Duration>

    package init(
        variables: [String: String], readFile: @escaping @Sendable (String) throws -> [UInt8],
        listFolder: @escaping @Sendable (String) throws -> [String],
        login: @escaping @Sendable (RepositoryName) async throws -> Login?,
        trace: (@Sendable (String) -> Void)? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.variables = variables
        self.readFile = readFile
        self.listFolder = listFolder
        self.login = login
        self.trace = trace
        self.clock = clock
    }

    /// `transport` with what is put around each: the log, and another try where that can help.
    func wrapped(_ transport: any APITransport) -> any APITransport {
        let logged = trace.map { LoggingTransport(transport, report: $0) as any APITransport } ?? transport
        return RetryingTransport(logged, clock: clock)
    }
}
