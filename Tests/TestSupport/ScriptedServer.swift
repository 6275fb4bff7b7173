import Foundation

/// A server on a socket of its own that answers each connection as a test says: the real HTTP path, without a real
/// server's manners.
package final class ScriptedServer: Sendable {
    /// What a connection is answered with, in order.
    package enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        case wait(milliseconds: Int)
        /// Reads until this many bytes have come beyond the request's head.
        case receive(Int)
        /// Sends back what was received by ``receive(_:)``.
        case echo
        /// Stays silent until the peer hangs up.
        case hang
    }

    private let listener: Int32
    /// Its unix socket.
    package let path: String
    private let scratch: Scratch
    private let seen = Requests()

    private final class Requests: @unchecked Sendable {
        private let lock = NSLock()
        private var heads: [String] = []
        private var bytesSent = 0
        var all: [String] { lock.withLock { heads } }
        var sent: Int { lock.withLock { bytesSent } }
        func count(_ bytes: Int) { lock.withLock { bytesSent += bytes } }
        func add(_ head: String) -> Int {
            lock.withLock {
                heads.append(head); return heads.count - 1
            }
        }
    }

    /// The heads of the requests that came, in order.
    package var requests: [String] { seen.all }

    /// How many bytes the peers' sockets have taken so far.
    package var bytesSent: Int { seen.sent }

    /// - Parameter script: the steps for the request with that number, given its head.
    package init(_ script: @escaping @Sendable (_ number: Int, _ head: String) -> [Step]) throws {
        signal(SIGPIPE, SIG_IGN)
        scratch = try Scratch()
        path = scratch.path + "/s"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = path
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 64) == 0)
        let seen = seen
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.serve(connection, seen, script) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func serve(
        _ connection: Int32, _ seen: Requests, _ script: @Sendable (Int, String) -> [Step]
    ) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        func fill() -> Bool {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(connection, &chunk, chunk.count)
            if count > 0 { buffer += chunk[..<count] }
            return count > 0
        }
        while true {
            let end = Array("\r\n\r\n".utf8)
            var headEnd: Int?
            while headEnd == nil {
                headEnd =
                    buffer.count < 4 ? nil : (0...(buffer.count - 4)).first { Array(buffer[$0..<($0 + 4)]) == end }
                if headEnd == nil, !fill() { return }
            }
            guard let headEnd else { return }
            let head = String(decoding: buffer[..<headEnd], as: UTF8.self)
            buffer.removeFirst(headEnd + 4)
            var received: [UInt8] = []
            for step in script(seen.add(head), head) {
                switch step {
                case .send(let text): guard put(Array(text.utf8), connection, seen) else { return }
                case .sendBytes(let bytes): guard put(bytes, connection, seen) else { return }
                case .wait(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
                case .receive(let count):
                    while buffer.count < count { guard fill() else { return } }
                    received += buffer[..<count]
                    buffer.removeFirst(count)
                case .echo:
                    guard put(received, connection, seen) else { return }
                    received = []
                case .hang:
                    while fill() {}
                    return
                }
            }
            if !head.lowercased().contains("x-keep: 1") { return }
        }
    }

    private static func put(_ bytes: [UInt8], _ connection: Int32, _ seen: Requests) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            seen.count(count)
            sent += count
        }
        return true
    }

    /// A whole answer with a length.
    package static func reply(_ status: Int, _ body: String = "", headers: String = "") -> Step {
        .send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }
}
