/// Puts the same path in front of each request, such as an API's version: a decorator over any transport.
package struct PrefixedTransport: APITransport {
    private let base: any APITransport
    private let prefix: String

    package init(_ base: any APITransport, prefix: String) {
        self.base = base
        self.prefix = prefix
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        try await base.response(to: prefixed(request))
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse {
        try await base.stream(prefixed(request))
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        try await base.upgrade(prefixed(request))
    }

    private func prefixed(_ request: APIRequest) -> APIRequest {
        var request = request
        request.path = prefix + request.path
        return request
    }
}
