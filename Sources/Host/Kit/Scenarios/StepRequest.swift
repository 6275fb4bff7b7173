import APIClient
import JSONDocument
import Traffic

/// A step's request with everything filled in.
struct StepRequest: Sendable {
    let method: APIRequest.Method
    let path: String
    let query: [QueryField]
    let headers: [HTTPField]
    let body: [UInt8]
    let recordedBody: RecordedBody

    init(_ step: Scenario.Step, _ captured: Captured) throws {
        guard let method = APIRequest.Method(rawValue: step.method) else {
            throw ScenarioProblem("\(step.name): there is no method \(step.method)")
        }
        self.method = method
        var target = try captured.filled(step.path)
        if let scheme = target.firstRange(of: "://") {
            target = String(target[scheme.upperBound...].drop { $0 != "/" })
        }
        let asked = ServedRequest(step.method, target)
        path = asked.path
        query =
            asked.query
            + (try step.query.map { QueryField(name: $0.name, value: try captured.filled($0.value)) })
        headers = try step.headers.map { HTTPField($0.name, try captured.filled($0.value)) }
        switch step.body {
        case .none: recordedBody = .none
        case .json(let document): recordedBody = .json(try captured.filled(document))
        case .text(let text): recordedBody = RecordedBody(Array(try captured.filled(text).utf8))
        }
        body = recordedBody.bytes
    }

    /// The step's headers, and the type that a body is sent with when the step names none.
    var allHeaders: [HTTPField] {
        guard recordedBody != .none, !headers.contains(where: { $0.name.lowercased() == "content-type" }) else {
            return headers
        }
        return headers + [HTTPField("Content-Type", "application/json")]
    }

    /// What goes to the transport.
    func apiRequest(adding more: [HTTPHeader] = [], timeouts: Timeouts = .standard) -> APIRequest {
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value
        let others = headers.filter { $0.name.lowercased() != "content-type" }.map { HTTPHeader($0.name, $0.value) }
        return APIRequest(
            method, path, query: query.map { QueryItem($0.name, $0.value) }, headers: others + more,
            body: body.isEmpty && method != .put && method != .patch && method != .post
                ? nil : .init(bytes: body, contentType: type ?? "application/json"),
            timeouts: timeouts)
    }
}
