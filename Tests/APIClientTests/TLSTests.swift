import Foundation
import Subprocess
import TestSupport
import Testing

@testable import APIClient

/// Trust in both directions against a real TLS server, OpenSSL's own.
@Suite(.enabled(if: Tool.exists("openssl"), "the openssl program is missing"))
struct TLSTests {
    private struct Authority {
        let scratch: Scratch

        init() async throws {
            scratch = try Scratch()
            try await make("ca", subject: "/CN=test authority", signed: false)
            try await make("server", subject: "/CN=localhost", signed: true)
            try await make("client", subject: "/CN=client", signed: true)
        }

        private func make(_ name: String, subject: String, signed: Bool) async throws {
            let key = scratch.path + "/\(name).key"
            let file = scratch.path + "/\(name).pem"
            var words = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                subject, "-keyout", key, "-out", file, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ]
            if signed {
                words += ["-CA", scratch.path + "/ca.pem", "-CAkey", scratch.path + "/ca.key"]
                words += ["-addext", "basicConstraints=critical,CA:FALSE"]
            }
            let result = try await Subprocess.run(
                .name("openssl"), arguments: Arguments(words), output: .discarded, error: .string(limit: 65_536))
            #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        }

        func pem(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + name)))
        }
    }

    /// Runs `body` beside a server that asks for a certificate of the authority's.
    private func withServer(_ authority: Authority, port: Int, _ body: @escaping @Sendable () async throws -> Void)
        async throws
    {
        let folder = authority.scratch.path
        _ = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", folder + "/server.pem", "-key",
                folder + "/server.key",
                "-CAfile", folder + "/ca.pem", "-Verify", "1", "-verify_return_error", "-www", "-quiet",
            ], input: .none, output: .discarded, error: .discarded
        ) { execution in
            for _ in 0..<200 {
                if (try? await PortProbe.connect(host: "127.0.0.1", port: port, timeout: .seconds(1))) != nil { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            do {
                try await body()
                try execution.send(signal: .kill)
            } catch {
                try execution.send(signal: .kill)
                throw error
            }
        }
    }

    private func get(_ port: Int, _ tls: TLSSettings) async throws -> Int {
        let transport = CurlTransport(
            endpoint: APIEndpoint(.url("https://127.0.0.1:\(port)"), tls: tls, usesProxy: false))
        return try await transport.response(to: APIRequest(.get, "/", timeouts: Timeouts(total: .seconds(5)))).status
    }

    @Test func ownAuthorityAndClientCertificate() async throws {
        let authority = try await Authority()
        let stranger = try await Authority()
        let port = Int.random(in: 20_000...29_999)
        let (ca, certificate, key) = (
            try authority.pem("ca.pem"), try authority.pem("client.pem"), try authority.pem("client.key")
        )
        let otherCA = try stranger.pem("ca.pem")
        try await withServer(authority, port: port) { () async throws -> Void in
            let trusted = TLSSettings(certificateAuthority: ca, clientCertificate: certificate, clientKey: key)
            #expect(try await get(port, trusted) == 200)
            await #expect(throws: APIFailure.self, "without a client certificate") {
                _ = try await get(port, TLSSettings(certificateAuthority: ca))
            }
            await #expect("a server of another authority is not trusted") {
                _ = try await get(
                    port, TLSSettings(certificateAuthority: otherCA, clientCertificate: certificate, clientKey: key))
            } throws: { error in
                if case .unreachable(_, .tls)? = error as? APIFailure { return true }
                return false
            }
            await #expect("a private authority is unknown to the system") {
                _ = try await get(port, TLSSettings(clientCertificate: certificate, clientKey: key))
            } throws: { error in
                if case .unreachable(_, .tls)? = error as? APIFailure { return true }
                return false
            }
        }
    }

    @Test func aHandshakeWithoutAnswerIsABrokenConnection() async throws {
        let server = try HangingUp()
        await #expect {
            _ = try await get(server.port, TLSSettings())
        } throws: { error in
            if case .interrupted? = error as? APIFailure { return true }
            return false
        }
    }
}

/// Takes connections and hangs up at once.
private final class HangingUp: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
