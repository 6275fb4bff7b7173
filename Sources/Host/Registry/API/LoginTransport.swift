import APIClient
import FoundationEssentials

/// Logs in where a registry asks for it: a decorator over any transport.
///
/// The login is asked for when a registry first wants one, sent to that registry and the token server it names, and to
/// nobody else. What has run out (another 401) is got anew, once a request.
package final class LoginTransport: APITransport {
    private let base: any APITransport
    private let login: @Sendable () async throws -> Login?
    private let open: @Sendable (String) throws -> any APITransport
    /// A user and a password are good for all that they are good for.
    private static let everything = "*"
    /// By what they are good for.
    private let authorizations = Guarded<[String: String]>([:])

    /// - Parameter open: makes the transport to a token server, given its scheme and host.
    package init(
        _ base: any APITransport, login: @escaping @Sendable () async throws -> Login?,
        open: @escaping @Sendable (String) throws -> any APITransport
    ) {
        self.base = base
        self.login = login
        self.open = open
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        let key = Self.scope(of: request)
        let known = authorizations.withLock { $0[key] ?? $0[Self.everything] }
        var response = try await base.response(to: authorized(request, known))
        guard response.status == 401, let authorization = try await authorization(response.head) else {
            return response
        }
        let isToken = authorization.hasPrefix("Bearer ")
        authorizations.withLock { $0[isToken ? key : Self.everything] = authorization }
        response = try await base.response(to: authorized(request, authorization))
        return response
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse {
        StreamedResponse(whole: try await response(to: request))
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection { try await base.upgrade(request) }

    private func authorized(_ request: APIRequest, _ authorization: String?) -> APIRequest {
        guard let authorization else { return request }
        var request = request
        request.headers.append(HTTPHeader("Authorization", authorization))
        return request
    }

    /// Tokens are good for reading or writing one repository.
    private static func scope(of request: APIRequest) -> String {
        let isReading = request.method == .get || request.method == .head
        let words = request.path.split(separator: "/")
        let end = words.lastIndex { ["manifests", "blobs", "tags"].contains($0) } ?? words.endIndex
        return words[..<end].joined(separator: "/")
            + (isReading ? "" : request.method == .delete && !request.path.contains("uploads") ? " delete" : " write")
    }

    /// `nil` when there is nothing to show, or nothing that is asked for.
    private func authorization(_ head: ResponseHead) async throws -> String? {
        let headers = head.headers.filter { $0.name.lowercased() == "www-authenticate" }.map(\.value)
        switch Challenge(headers) {
        case nil: return nil
        case .basic: return try await login()?.basic
        case .bearer(let realm, let service, let scope): return "Bearer " + (try await token(realm, service, scope))
        }
    }

    private func token(_ realm: String, _ service: String?, _ scope: String?) async throws -> String {
        let (base, path) = try Self.address(realm)
        let login = try await login()
        var items = [QueryItem("service", service ?? "")]
        items += scope.map { [QueryItem("scope", $0)] } ?? []
        var request = APIRequest(.get, path, query: items)
        if let login, login.isIdentityToken {
            items += [
                QueryItem("grant_type", "refresh_token"), QueryItem("refresh_token", login.password),
                QueryItem("client_id", "linkspan"),
            ]
            let form = items.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
            request = APIRequest(
                .post, path, body: .init(bytes: Array(form.utf8), contentType: "application/x-www-form-urlencoded"))
        } else if let login {
            request.headers = [HTTPHeader("Authorization", login.basic)]
        }
        struct Document: Decodable {
            var token: String?
            var access_token: String?
        }
        let client = APIClient(transport: try open(base))
        let document = try await client.send(APICall<Document>(request))
        guard let token = document.token ?? document.access_token, !token.isEmpty else {
            throw APIFailure.unexpectedReply(call: request.summary, reason: "it holds no token")
        }
        return token
    }

    /// `https://auth.example.com` and `/token`. A query that the realm has stays in the path.
    private static func address(_ realm: String) throws -> (base: String, path: String) {
        guard realm.hasPrefix("https://") || realm.hasPrefix("http://") else {
            throw APIFailure.unexpectedReply(call: "the login", reason: "its realm is no web address")
        }
        let scheme = realm.prefix { $0 != ":" }
        let rest = realm.dropFirst(scheme.count + 3)
        let host = rest.prefix { $0 != "/" }
        return ("\(scheme)://\(host)", host.count == rest.count ? "/" : String(rest.dropFirst(host.count)))
    }
}
