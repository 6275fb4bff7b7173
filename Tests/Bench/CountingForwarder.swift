import Foundation
import Glibc

/// Passes connections on to a server on this machine and counts the HTTP requests in them, so that two programs'
/// requests are counted in the same way.
final class CountingForwarder: @unchecked Sendable {
    private let listener: Int32
    private let target: UInt16
    private let lock = NSLock()
    private var count = 0

    /// Where it listens on the loopback.
    let port: UInt16

    /// - Parameter target: the server's port on the loopback.
    init(to target: UInt16) throws {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw Program.Failed(description: "no port to listen at") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while case let client = accept(listener, nil, nil), client >= 0 { self?.serve(client) }
        }
    }

    deinit { close(listener) }

    /// What `body` costs, and how many requests it made.
    func counting(_ body: () throws -> Program.Cost) rethrows -> Program.Cost {
        lock.withLock { count = 0 }
        var cost = try body()
        cost.requests = lock.withLock { count }
        return cost
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port: target)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(server)
            close(client)
            return
        }
        let open = Ends()
        Thread.detachNewThread { [self] in copy(client, server, counts: true, open) }
        Thread.detachNewThread { [self] in copy(server, client, counts: false, open) }
    }

    /// Whoever copies last closes both.
    private final class Ends: @unchecked Sendable {
        private let lock = NSLock()
        private var left = 2
        func leave() -> Bool {
            lock.withLock {
                left -= 1
                return left == 0
            }
        }
    }

    private func copy(_ from: Int32, _ to: Int32, counts: Bool, _ ends: Ends) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        copying: while true {
            let received = recv(from, &buffer, buffer.count, 0)
            guard received > 0 else { break }
            if counts { note(buffer[..<received]) }
            var sent = 0
            while sent < received {
                let written = buffer.withUnsafeBytes {
                    send(to, $0.baseAddress.map { $0 + sent }, received - sent, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break copying }
                sent += written
            }
        }
        shutdown(to, Int32(SHUT_WR))
        if ends.leave() {
            close(from)
            close(to)
        }
    }

    private func note(_ bytes: ArraySlice<UInt8>) {
        let found = String(decoding: bytes, as: UTF8.self).components(separatedBy: " HTTP/1.1\r\n").count - 1
        lock.withLock { count += found }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
