/// Status line and headers of an answer.
package struct ResponseHead: Sendable, Equatable {
    package var status: Int
    package var headers: [HTTPHeader]

    package init(status: Int, headers: [HTTPHeader]) {
        self.status = status
        self.headers = headers
    }

    /// The first value of `name`, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A whole answer, body included.
package struct APIResponse: Sendable, Equatable {
    package var head: ResponseHead
    package var body: [UInt8]

    package init(head: ResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    package var status: Int { head.status }
}

/// An answer whose body is still arriving.
package struct StreamedResponse: Sendable {
    package var head: ResponseHead
    package var body: ByteStream

    package init(head: ResponseHead, body: ByteStream) {
        self.head = head
        self.body = body
    }
}

extension StreamedResponse {
    /// An answer that is here already, for transports that read all of it at once.
    package init(whole response: APIResponse) {
        let rest = Guarded<[UInt8]?>(response.body)
        self.init(
            head: response.head,
            body: ByteStream {
                rest.withLock { rest in
                    defer { rest = nil }
                    return rest
                }
            })
    }
}

/// The chunks of a body as they arrive. For one reader; a slow reader slows the server down, nothing piles up.
package struct ByteStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    private let pull: @Sendable () async throws -> [UInt8]?

    /// - Parameter pull: the next chunk, `nil` at the end; throws ``APIFailure`` when the stream breaks.
    package init(pull: @escaping @Sendable () async throws -> [UInt8]?) {
        self.pull = pull
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pull: @Sendable () async throws -> [UInt8]?

        package mutating func next() async throws -> [UInt8]? { try await pull() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }
}

extension ByteStream {
    /// Reads to the end, or until there are `limit` bytes; the last chunk comes whole.
    package func bytes(atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self {
            bytes += chunk
            if bytes.count >= limit { break }
        }
        return bytes
    }
}
