import JSONDocument
import Traffic

/// How a registry finds out who asks.
package enum RegistryLogin: Sendable, Equatable {
    case none
    /// A user and a password with every request.
    case basic(user: String, password: String)
    /// A token, which `/token` of the same server gives for a user and a password.
    case bearer(user: String, password: String)
    /// A token, which `/token` gives for a token that is good for tokens (OAuth 2, "Refreshing an access token").
    case identity(token: String)

    static let token = "a-token-of-the-fake"

    /// What a request is refused with; `nil` when it may go on.
    /// - Parameter scheme: of the server's own address.
    func refusal(_ request: ServedRequest, _ actions: [String], _ repository: String, scheme: String) -> Answer? {
        guard self != .none, request.header("authorization") != expected else { return nil }
        let scope = actions.isEmpty ? "" : ",scope=\"repository:\(repository):\(actions.joined(separator: ","))\""
        let challenge: String
        if isBearer {
            challenge =
                "Bearer realm=\"\(scheme)://\(request.header("host") ?? "localhost")/token\",service=\"fake\"" + scope
        } else {
            challenge = "Basic realm=\"fake\""
        }
        let detail: JSONValue =
            actions.isEmpty
            ? .null
            : .array(
                actions.map {
                    ["Type": "repository", "Class": "", "Name": .string(repository), "Action": .string($0)]
                })
        return RegistryProblem(401, "UNAUTHORIZED", "authentication required", detail)
            .answer(adding: [HTTPField("WWW-Authenticate", challenge)])
    }

    private var isBearer: Bool {
        switch self {
        case .none, .basic: false
        case .bearer, .identity: true
        }
    }

    private var expected: String? { isBearer ? "Bearer " + Self.token : credentials }

    private var credentials: String? {
        switch self {
        case .none, .identity: nil
        case .basic(let user, let password), .bearer(let user, let password):
            "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
        }
    }

    /// The answer to who asks for a token.
    func tokenAnswer(_ request: ServedRequest) -> Answer {
        guard isBearer, isKnown(request) else {
            return RegistryProblem(401, "UNAUTHORIZED", "authentication required").answer()
        }
        return .json(200, ["token": .string(Self.token), "access_token": .string(Self.token), "expires_in": 300])
    }
}

extension RegistryLogin {
    private func isKnown(_ request: ServedRequest) -> Bool {
        guard case .identity(let token) = self else { return request.header("authorization") == credentials }
        let form = ServedRequest("POST", "/?" + String(decoding: request.body, as: UTF8.self))
        return request.method == "POST" && form.query("grant_type") == "refresh_token"
            && form.query("refresh_token") == token
    }
}

/// A request that a registry refuses.
struct RegistryProblem: Error, Sendable {
    var status: Int
    var code: String
    var message: String
    var detail: JSONValue?

    init(_ status: Int, _ code: String, _ message: String, _ detail: JSONValue? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
    }

    func answer(adding headers: [HTTPField] = []) -> Answer {
        var error: JSONValue = ["code": .string(code), "message": .string(message)]
        if let detail { error["detail"] = detail }
        let body = JSONValue.object(["errors": [error]]).compact + "\n"
        return .whole(
            AnswerHead(
                status,
                [
                    HTTPField("Content-Type", "application/json; charset=utf-8"),
                    HTTPField("Docker-Distribution-Api-Version", "registry/2.0"),
                ] + headers), body: Array(body.utf8))
    }
}
