import Loopback
import Synchronization
import Traffic

/// Loopback addresses for what listens in a fake: each fake has a network of its own, so that all can use one port.
package final class LoopbackSubnet: Sendable {
    /// What its addresses begin with, such as `127.80.3.`.
    package let prefix: String
    private let last = Mutex(1)
    /// Listening on the network's first address says that the network is taken, to other processes too.
    private let claim: LoopbackServer

    private init(prefix: String, claim: LoopbackServer) {
        self.prefix = prefix
        self.claim = claim
    }

    /// A network that nobody else uses; free again when it is no longer referenced.
    package static func claim() async throws -> LoopbackSubnet {
        var attempt = 0
        while true {
            attempt += 1
            let prefix = "127.\(Int.random(in: 64..<192)).\(Int.random(in: 1..<251))."
            do {
                let claim = try await LoopbackServer.start(
                    at: .tcp(host: prefix + "1", port: 49_151), answering: Nobody())
                return LoopbackSubnet(prefix: prefix, claim: claim)
            } catch  where attempt < 100 {}
        }
    }

    /// An address that has not been given out, until 250 have been.
    package func next() -> String {
        let number = last.withLock { last in
            last += 1
            return last
        }
        return prefix + String(2 + (number - 2) % 250)
    }
}

private struct Nobody: Answering {
    func answer(_ request: ServedRequest) async -> Answer { .empty(404) }
}
