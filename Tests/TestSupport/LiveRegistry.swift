import Foundation
import Glibc

/// A real registry (Debian's docker-registry) of a test's own, on a free port of this machine; gone with the test.
package final class LiveRegistry: Sendable {
    package static let user = "pusher"
    /// Looks different in each form that a secret may be written in.
    package static let password = "c4nary+/p@ss:w0rd=%"
    private static let hash = "$2y$05$B4WdyAQrfrX4zwCh1sKwNOVeu44Cs2DW23vdIXqRiPWNPU2DSVPcy"

    package let port: Int
    /// Where the registry keeps what it has.
    package let data: String
    private let scratch: Scratch
    private let process: Guard

    private final class Guard: @unchecked Sendable {
        private let lock = NSLock()
        private var running: Process?

        func start(_ make: () throws -> Process) rethrows {
            try lock.withLock { running = try make() }
        }

        func kill() {
            lock.withLock {
                guard let process = running, process.isRunning else { return }
                Glibc.kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
    }

    /// For `.enabled(if:)`; says once why live tests are skipped.
    package static let isAvailable: Bool = {
        let obstacle =
            !Tool.exists("docker-registry")
            ? "docker-registry (Debian's package of that name) is missing" : LiveEngine.obstacle
        if let obstacle {
            FileHandle.standardError.write(Data("live tests of registries are skipped: \(obstacle)\n".utf8))
        }
        return obstacle == nil
    }()

    package var address: String { "127.0.0.1:\(port)" }

    /// Starts a registry and waits until it answers.
    /// - Parameter data: where it keeps what it has; a folder of its own if `nil`.
    package static func start(asksForLogin: Bool = false, data: String? = nil) async throws -> LiveRegistry {
        let registry = try LiveRegistry(asksForLogin: asksForLogin, data: data)
        try await registry.run()
        return registry
    }

    private init(asksForLogin: Bool, data: String?) throws {
        scratch = try Scratch()
        process = Guard()
        port = try Self.freePort()
        self.data = data ?? scratch.path + "/data"
        try scratch.write("\(Self.user):\(Self.hash)\n", to: "htpasswd")
        let auth = "auth: {htpasswd: {realm: test, path: \(scratch.path)/htpasswd}}\n"
        for (name, extra) in [("writable", ""), ("read-only", ", maintenance: {readonly: {enabled: true}}")] {
            try scratch.write(
                """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: \(self.data)}, delete: {enabled: true}\(extra)}
                http: {addr: "127.0.0.1:\(port)"}
                \(asksForLogin ? auth : "")
                """, to: name + ".yml")
        }
    }

    deinit { process.kill() }

    /// Starts it again where it was.
    package func run(readOnly: Bool = false) async throws {
        try process.start {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "docker-registry", "serve", "\(scratch.path)/\(readOnly ? "read-only" : "writable").yml",
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            return process
        }
        for _ in 0..<300 {
            let answer = try await Tool.run("curl", "-s", "-o", "/dev/null", "-m", "2", "http://\(address)/v2/")
            if answer.status == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotAnswering()
    }

    /// Ends it at once, in the middle of whatever it does.
    package func kill() { process.kill() }

    package struct NotAnswering: Error {}

    private static func freePort() throws -> Int {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(file, address, length) == 0 && getsockname(file, address, &length) == 0
            }
        }
        guard bound else { throw NotAnswering() }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
