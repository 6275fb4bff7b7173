import APIClient
import AdapterKit
import Conformance
import Foundation
import Loopback
import TestSupport
import Traffic

@testable import Nomad

/// A server that answers as a test says, and what an adapter is told of it.
final class AccessStage: Sendable {
    let server: LoopbackServer
    private let script: Script

    /// - Parameter answer: answers the request with that number.
    init(
        at address: LoopbackServer.Address = .tcp(host: "127.0.0.1", port: 0), tls: TLSIdentity? = nil,
        _ answer: @escaping @Sendable (Int, ServedRequest) async -> Answer = { _, _ in .json(200, "a leader") }
    ) async throws {
        script = Script(answer)
        server = try await LoopbackServer.start(at: address, tls: tls, answering: script)
    }

    var port: Int { if case .tcp(_, let port) = server.address { port } else { 0 } }
    /// The requests that came, in order.
    var requests: [ServedRequest] { get async { await script.requests } }

    /// What an adapter gets.
    static func context(_ settings: [String: String] = [:], _ variables: [String: String] = [:]) -> AdapterContext {
        AdapterContext(
            settings: Settings(plugin: "scheduler-nomad", values: settings), variables: variables,
            readFile: { path in
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no file \(path)")
                }
                return Array(bytes)
            },
            listFolder: { path in try FileManager.default.contentsOfDirectory(atPath: path).sorted() },
            runOnHost: { _ in .success }, now: { 0 }, clock: ScaledClock(speed: 100))
    }

    /// Who asks with these settings and variables.
    static func connection(_ settings: [String: String] = [:], _ variables: [String: String] = [:]) throws
        -> Nomad.ServerConnection
    {
        let context = context(settings, variables)
        return Nomad.ServerConnection(settings: try NomadSettings(context.settings), context: context)
    }

    private actor Script: Answering {
        private let script: @Sendable (Int, ServedRequest) async -> Answer
        private(set) var requests: [ServedRequest] = []

        init(_ script: @escaping @Sendable (Int, ServedRequest) async -> Answer) { self.script = script }

        func answer(_ request: ServedRequest) async -> Answer {
            requests.append(request)
            return await script(requests.count - 1, request)
        }
    }
}
