import APIClient

/// A Docker Engine that has been asked which API it speaks.
///
/// Calls are made in the newest version that the engine and this code both know; nothing is pinned.
package struct DockerEngine: Sendable {
    package let client: APIClient
    package let version: EngineVersion
    /// What requests are sent in, such as `1.41`.
    package let apiVersion: APIVersion
    package let endpoint: APIEndpoint

    /// The newest API whose answers were looked at when this was written.
    static let newestKnown = APIVersion(major: 1, minor: 51)
    /// The oldest API with everything that is used here: `containers/wait` with conditions came with 1.30.
    static let oldestUsable = APIVersion(major: 1, minor: 30)

    /// Asks the engine at `endpoint` for its version, in one request.
    /// - Parameter wrap: puts decorators (log, retries) around the transport.
    /// - Throws: ``EngineTooOld``; ``APIFailure`` when it does not answer.
    package static func connect(
        to endpoint: APIEndpoint, wrap: (any APITransport) -> any APITransport
    ) async throws -> DockerEngine {
        let bare = APIClient(transport: wrap(CurlTransport(endpoint: endpoint)))
        let version = try await bare.send(.engineVersion)
        let newest = APIVersion(version.ApiVersion) ?? oldestUsable
        let oldest = version.MinAPIVersion.flatMap { APIVersion($0) } ?? oldestUsable
        guard newest >= oldestUsable else {
            throw EngineTooOld(engine: version.Version, apiVersion: newest, needed: oldestUsable)
        }
        let chosen = max(min(newest, newestKnown), oldest)
        var versioned = endpoint
        versioned.basePath = "/v\(chosen)"
        let client = APIClient(transport: wrap(CurlTransport(endpoint: versioned)))
        return DockerEngine(client: client, version: version, apiVersion: chosen, endpoint: endpoint)
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

extension APICall where Reply == EngineVersion {
    /// Answered at once by an engine that is well: whoever stays silent is none.
    static var engineVersion: Self {
        .init(
            APIRequest(
                .get, "/version",
                timeouts: Timeouts(connect: .seconds(10), idle: .seconds(10), total: .seconds(15))))
    }
}
