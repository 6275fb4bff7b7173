import FoundationEssentials

/// A request together with what its answer means: which statuses are success and what the body decodes to.
///
/// Every endpoint of an API is a function that returns one of these, so that a plan of calls can be compared
/// in a test without a server.
package struct APICall<Reply: Sendable>: Sendable {
    package var request: APIRequest
    /// The statuses that mean success; any other becomes ``APIFailure/status(_:)``.
    package var expected: Set<Int>
    package let decode: @Sendable (APIResponse) throws -> Reply

    package init(
        _ request: APIRequest, expecting expected: Set<Int>, decode: @escaping @Sendable (APIResponse) throws -> Reply
    ) {
        self.request = request
        self.expected = expected
        self.decode = decode
    }
}

extension APICall where Reply: Decodable {
    /// A call whose answer is a JSON document.
    package init(_ request: APIRequest, expecting expected: Set<Int> = [200]) {
        self.init(request, expecting: expected) { response in
            try JSONDecoder().decode(Reply.self, from: Data(response.body))
        }
    }
}

extension APICall where Reply == Void {
    /// A call whose answer says nothing beyond its status.
    package init(_ request: APIRequest, expecting expected: Set<Int>) {
        self.init(request, expecting: expected) { _ in }
    }
}

extension APIRequest.Body {
    /// `value` as JSON, keys sorted so that equal values make equal bytes.
    package static func json(_ value: some Encodable) throws -> Self {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Self(bytes: Array(try encoder.encode(value)), contentType: "application/json")
    }
}
