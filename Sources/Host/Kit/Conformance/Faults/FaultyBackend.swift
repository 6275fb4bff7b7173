import Synchronization
import Traffic

/// A backend with something wrong, at the same requests each time. But for a backend that is gone for good, it passes.
package final class FaultyBackend: Answering {
    private let base: any Answering
    private let fault: Fault
    private let kind: BackendKind
    private let speed: Double
    private let counts = Mutex<[String: Int]>([:])
    private let absence = Absence()

    package init(_ base: any Answering, _ fault: Fault, _ kind: BackendKind, speed: Double) {
        self.base = base
        self.fault = fault
        self.kind = kind
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
        case .watchLost where request.flag("watch") && request.upgrade == nil: return await losingItsPlace(request)
        case .watchClosed where request.flag("watch"): return closed(await base.answer(request), after: 1)
        case .queryCut where request.method == "GET" && request.query("index") != nil:
            if count("query") % 2 == 1 {
                try? await Task.sleep(for: .seconds(1 / speed))
                return .broken([])
            }
        case .leaderLost:
            if changes, count("change") == 2 { absence.begin(for: 3 / speed) }
            if absence.isOn, NomadForbidding.needsServer(request) { return .text(500, "No cluster leader") }
        case .clientAway where request.pathParts.starts(with: ["v1", "client"]):
            return .text(404, "No path to node")
        case .forbidden where kind == .nomad:
            if let answer = NomadForbidding.answer(request) { return answer }
        case .forbidden:
            if let answer = await Forbidding(resource: "secrets").answer(request, base) { return answer }
        case .admission where changes && Self.isWorkload(request):
            return .json(
                500,
                [
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "InternalError", "code": 500,
                    "message":
                        "Internal error occurred: failed calling webhook \"policy.kit.test\": Post \"https://policy.kit.svc:443/validate?timeout=10s\": dial tcp 10.96.0.77:443: connect: connection refused",
                ])
        case .away:
            if changes, count("change") == 2 { absence.begin(for: 3 / speed) }
            if absence.isOn { return .broken([]) }
            return leaving(await base.answer(request))
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

    /// What a webhook for workloads is asked about.
    private static func isWorkload(_ request: ServedRequest) -> Bool {
        request.pathParts.contains { ["deployments", "statefulsets", "jobs", "cronjobs", "pods"].contains($0) }
            && !request.pathParts.contains { ["exec", "attach", "eviction", "status"].contains($0) }
    }

    /// A watch that says 410 once it has told something; the next one says so at once, and those after it are well.
    private func losingItsPlace(_ request: ServedRequest) async -> Answer {
        let number = count("watch")
        let answer = await base.answer(request)
        guard number <= 2, case .stream(let head, let write) = answer else { return answer }
        let expired =
            #"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#
            + #""message":"too old resource version: 1 (2)","reason":"Expired","code":410}}"# + "\n"
        if number == 2 { return .stream(head) { piece in try await piece(Array(expired.utf8)) } }
        return .stream(head) { piece in
            do {
                try await write { bytes in
                    try await piece(bytes)
                    throw Broken("its place is lost here")
                }
            } catch is Broken {
                try await piece(Array(expired.utf8))
            }
        }
    }

    /// An answer in pieces that ends properly after so many seconds.
    private func closed(_ answer: Answer, after seconds: Double) -> Answer {
        let speed = self.speed
        return ended(answer) { try await Task.sleep(for: .seconds(seconds / speed)) }
    }

    /// An answer in pieces that is cut when the server goes away.
    private func leaving(_ answer: Answer) -> Answer {
        let absence = self.absence
        return ended(answer) {
            while !absence.isOn { try await Task.sleep(for: .milliseconds(5)) }
            throw Broken("the server goes away here")
        }
    }

    /// An answer in pieces that ends as `end` does, if not before.
    private func ended(_ answer: Answer, _ end: @escaping @Sendable () async throws -> Void) -> Answer {
        guard case .stream(let head, let write) = answer else { return answer }
        return .stream(head) { piece in
            let (pieces, feed) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            func feeding(_ body: @escaping @Sendable () async throws -> Void) -> Task<Void, Never> {
                Task {
                    do {
                        try await body()
                        feed.finish()
                    } catch { feed.finish(throwing: error) }
                }
            }
            let tasks = [feeding { try await write { feed.yield($0) } }, feeding(end)]
            defer { for task in tasks { task.cancel() } }
            for try await bytes in pieces { try await piece(bytes) }
        }
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
