import APIClient
import Foundation
import Testing

struct PortProbeTests {
    /// A port that connects and, as docker-proxy does when nobody is behind it, may hang up at once.
    private final class Port: Sendable {
        let listener: Int32
        let number: Int

        init(hangsUp: Bool) {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(listener, $0, size)
                    _ = listen(listener, 8)
                    _ = getsockname(listener, $0, &size)
                }
            }
            number = Int(UInt16(bigEndian: address.sin_port))
            self.listener = listener
            Thread.detachNewThread {
                var held: [Int32] = []
                while case let connection = accept(listener, nil, nil), connection >= 0 {
                    if hangsUp { close(connection) } else { held.append(connection) }
                }
                for connection in held { close(connection) }
            }
        }

        deinit {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }
    }

    private func connects(_ port: Port, isForwarded: Bool) async -> Bool {
        (try? await PortProbe.connect(
            host: "127.0.0.1", port: port.number, timeout: .seconds(5), isForwarded: isForwarded)) != nil
    }

    @Test func whoStaysOnTheLineListens() async {
        let port = Port(hangsUp: false)
        #expect(await connects(port, isForwarded: false))
        #expect(await connects(port, isForwarded: true))
    }

    @Test func aForwarderThatHangsUpHasNobodyBehindIt() async {
        let port = Port(hangsUp: true)
        #expect(await connects(port, isForwarded: false))
        #expect(await connects(port, isForwarded: true) == false)
    }
}
