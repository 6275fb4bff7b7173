import APIClient

/// Sends each request to one region and namespace unless it names others: a decorator over any transport.
struct ScopedTransport: APITransport {
    private let base: any APITransport
    private let scope: [QueryItem]

    /// - Parameter region: `nil` for that of the agent that is asked.
    init(_ base: any APITransport, region: String?, namespace: String) {
        self.base = base
        scope = (region.map { [QueryItem("region", $0)] } ?? []) + [QueryItem("namespace", namespace)]
    }

    func response(to request: APIRequest) async throws -> APIResponse {
        try await base.response(to: scoped(request))
    }

    func stream(_ request: APIRequest) async throws -> StreamedResponse { try await base.stream(scoped(request)) }

    func upgrade(_ request: APIRequest) async throws -> UpgradedConnection { try await base.upgrade(scoped(request)) }

    private func scoped(_ request: APIRequest) -> APIRequest {
        var request = request
        request.query += scope.filter { item in !request.query.contains { $0.name == item.name } }
        return request
    }
}
