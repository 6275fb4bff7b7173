import APIClient

/// A Docker Engine that has been asked which API it speaks.
///
/// Calls are made in the newest version that the engine and this code both know; nothing is pinned.
package struct DockerEngine: Sendable {
    package let client: APIClient
    package let endpoint: APIEndpoint
    /// Where calls without a version go.
    private let unversioned: APIClient

    /// The newest API whose answers were looked at when this was written.
    static let newestKnown = APIVersion(major: 1, minor: 51)
    /// The oldest API with everything that is used here: `containers/wait` with conditions came with 1.30.
    static let oldestUsable = APIVersion(major: 1, minor: 30)

    /// Asks the engine at `endpoint` for its version: in one cheap request where it is one that we know.
    /// - Parameter wrap: puts decorators (log, retries) around the transport.
    /// - Throws: ``EngineTooOld``; ``APIFailure`` when it does not answer.
    package static func connect(
        to endpoint: APIEndpoint, wrap: (any APITransport) -> any APITransport
    ) async throws -> DockerEngine {
        let transport = CurlTransport(endpoint: endpoint)
        let unversioned = APIClient(transport: wrap(transport))
        let chosen = try await negotiate(unversioned)
        return DockerEngine(
            client: APIClient(transport: wrap(PrefixedTransport(transport, prefix: "/v\(chosen)"))),
            endpoint: endpoint, unversioned: unversioned)
    }

    private static func negotiate(_ client: APIClient) async throws -> APIVersion {
        if let newest = try await client.send(.ping), newest >= oldestUsable, newest <= newestKnown { return newest }
        // An engine newer than us may no longer speak what we know; one that is older must be named.
        let version = try await client.send(.engineVersion)
        let newest = APIVersion(version.ApiVersion) ?? oldestUsable
        let oldest = version.MinAPIVersion.flatMap { APIVersion($0) } ?? oldestUsable
        guard newest >= oldestUsable else {
            throw EngineTooOld(engine: version.Version, apiVersion: newest, needed: oldestUsable)
        }
        return max(min(newest, newestKnown), oldest)
    }

    /// What the engine says of itself.
    package func version() async throws -> EngineVersion { try await unversioned.send(.engineVersion) }

    /// What the engine's machine is, as Go names it: `amd64`. Behind a unix socket it is this one.
    package func architecture() async throws -> String {
        if case .unixSocket = endpoint.address, let own = Self.ownArchitecture { return own }
        return try await version().Arch ?? "amd64"
    }

    private static var ownArchitecture: String? {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            nil
        #endif
    }

    /// Stops a container within `seconds` and removes it; one that is gone is fine.
    package func end(_ container: String, seconds: Int, withVolumes: Bool = false) async throws {
        try await send(.stopContainer(container, seconds: seconds))
        try await send(.removeContainer(container, withVolumes: withVolumes))
    }

    package func send<Reply>(_ call: APICall<Reply>) async throws -> Reply { try await client.send(call) }
}

/// The engine speaks no API that can be used.
package struct EngineTooOld: Error, Equatable {
    package var engine: String
    package var apiVersion: APIVersion
    package var needed: APIVersion
}

/// `1.41`
package struct APIVersion: Sendable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int

    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.init(major: major, minor: minor)
    }

    package var description: String { "\(major).\(minor)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

/// Answered at once by an engine that is well: whoever stays silent is none.
private let prompt = Timeouts(connect: .seconds(10), idle: .seconds(10), total: .seconds(15))

extension APICall where Reply == APIVersion? {
    /// The newest API that the engine speaks, `nil` where it does not say.
    fileprivate static var ping: Self {
        .init(APIRequest(.get, "/_ping", timeouts: prompt), expecting: Set(200..<600)) { response in
            response.head.header("api-version").flatMap { APIVersion($0) }
        }
    }
}

extension APICall where Reply == EngineVersion {
    /// Costs the engine several processes, so it is asked only where ``ping`` does not do.
    fileprivate static var engineVersion: Self { .init(APIRequest(.get, "/version", timeouts: prompt)) }
}
