import Synchronization
import Traffic

/// A backend with something wrong, at the same requests each time. But for a backend that is gone for good, it passes.
package final class FaultyBackend: Answering {
    private let base: any Answering
    private let fault: Fault
    private let speed: Double
    private let counts = Mutex<[String: Int]>([:])

    package init(_ base: any Answering, _ fault: Fault, speed: Double) {
        self.base = base
        self.fault = fault
        self.speed = speed
    }

    /// How often something was asked, this time included.
    private func count(_ what: String) -> Int {
        counts.withLock { counts in
            counts[what, default: 0] += 1
            return counts[what] ?? 0
        }
    }

    package func answer(_ request: ServedRequest) async -> Answer {
        let all = count("")
        let changes = ["POST", "PUT", "PATCH", "DELETE"].contains(request.method)
        switch fault {
        case .latency:
            try? await Task.sleep(for: .seconds(0.5 / speed))
        case .trickle: return trickled(await base.answer(request))
        case .busy:
            if count(request.method + request.path) == 1, request.upgrade == nil {
                return .whole(
                    AnswerHead(429, [HTTPField("Retry-After", "1"), HTTPField("Content-Type", "application/json")]),
                    body: Array(#"{"message":"too many requests"}"#.utf8))
            }
        case .serverError where all % 7 == 4 && count("fault") <= 3:
            return .json(500, ["message": "something went wrong", "kind": "Status", "code": 500])
        case .conflict where changes && count("change") == 2:
            return .json(
                409,
                [
                    "message": "the object has been modified; try again", "kind": "Status", "reason": "Conflict",
                    "code": 409,
                ])
        case .reset where all % 7 == 5 && count("fault") <= 3: return .broken([])
        case .cutBody where all % 6 == 4 && count("fault") <= 3: return await cut(base.answer(request))
        case .truncatedFrame: return truncated(await base.answer(request))
        case .garbage where all % 6 == 3 && count("fault") <= 3:
            return .whole(
                AnswerHead(200, [HTTPField("Content-Type", "application/json")]), body: Array("<html>It works!".utf8))
        case .gone where all > 6: return .broken([])
        case .watchExpired where request.flag("watch") && count("watch") == 1:
            return .json(
                410,
                [
                    "kind": "Status", "status": "Failure", "reason": "Expired", "code": 410,
                    "message": "too old resource version",
                ])
        case .indexReset:
            if request.query("index") != nil, count("index") == 2,
                case .whole(var head, let body) = await base.answer(request)
            {
                head.headers.removeAll { $0.name.lowercased() == "x-nomad-index" }
                head.headers.append(HTTPField("X-Nomad-Index", "1"))
                return .whole(head, body: body)
            }
        default: break
        }
        return await base.answer(request)
    }

    private func trickled(_ answer: Answer) -> Answer {
        guard case .whole(let head, let body) = answer, !body.isEmpty else { return answer }
        return .stream(head) { write in
            // Not all of it: a large body would take forever.
            let slow = body.prefix(200)
            for byte in slow { try await write([byte]) }
            try await write(Array(body.dropFirst(200)))
        }
    }

    private func cut(_ answer: Answer) -> Answer {
        guard case .whole(let head, let body) = answer, body.count > 2 else { return .broken([]) }
        let fields = head.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        let text = "HTTP/1.1 \(head.status) OK\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
        return .broken(Array(text.utf8) + body.prefix(body.count / 2))
    }

    private func truncated(_ answer: Answer) -> Answer {
        switch answer {
        case .stream(let head, let write) where count("stream") == 1:
            return .stream(head) { piece in
                let left = Synchronized(60)
                try await write { bytes in
                    let allowed = left.value
                    left.value = allowed - bytes.count
                    try await piece(Array(bytes.prefix(max(0, allowed))))
                    if bytes.count > allowed { throw Broken("the stream is cut here") }
                }
            }
        case .upgrade(let head, let talk) where count("upgrade") == 1:
            return .upgrade(head) { channel in
                let left = Synchronized(5)
                try await talk(
                    ByteChannel(receive: channel.receive) { bytes in
                        let allowed = left.value
                        left.value = allowed - bytes.count
                        try await channel.send(Array(bytes.prefix(max(0, allowed))))
                        if bytes.count > allowed { throw Broken("the stream is cut here") }
                    })
            }
        default: return answer
        }
    }
}
