import Synchronization
import Traffic

/// Remembers every request that a backend got.
package final class Journal: Answering {
    /// A request with the status that it was answered with.
    package struct Line: Sendable {
        package var request: ServedRequest
        package var status: Int

        /// One line a request: no bodies, no headers.
        package var summary: String { "\(request.method) \(request.target) → \(status)" }
    }

    private let base: any Answering
    private let lines = Mutex<[Line]>([])

    package init(_ base: any Answering) {
        self.base = base
    }

    package var all: [Line] { lines.withLock { $0 } }

    package func answer(_ request: ServedRequest) async -> Answer {
        let number = lines.withLock { lines in
            lines.append(Line(request: request, status: 0))
            return lines.count - 1
        }
        let answer = await base.answer(request)
        lines.withLock { $0[number].status = answer.status }
        return answer
    }
}

extension Answer {
    /// The status that the client sees; 0 where it sees none.
    package var status: Int {
        switch self {
        case .whole(let head, _), .stream(let head, _), .upgrade(let head, _), .webSocket(let head, _): head.status
        case .broken: 0
        }
    }
}
