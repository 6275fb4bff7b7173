import JSONDocument
import Traffic

/// A request that is refused, as a `Status` document says it.
struct APIProblem: Error, Sendable {
    var code: Int
    var reason: String
    var message: String
    var details: JSONValue?

    init(_ code: Int, _ reason: String, _ message: String, details: JSONValue? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    var document: JSONValue {
        var status: JSONValue = [
            "apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Failure", "message": .string(message),
            "code": .integer(code),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        if let details { status["details"] = details }
        return status
    }

    var answer: Answer { .json(code, document) }

    static func notFound(_ kind: Kind, _ name: String) -> APIProblem {
        APIProblem(
            404, "NotFound", "\(kind.qualified) \"\(name)\" not found", details: details(kind, name))
    }

    static let noSuchResource = APIProblem(
        404, "NotFound", "the server could not find the requested resource", details: [:])

    static func alreadyExists(_ kind: Kind, _ name: String) -> APIProblem {
        APIProblem(
            409, "AlreadyExists", "\(kind.qualified) \"\(name)\" already exists", details: details(kind, name))
    }

    static func conflict(_ kind: Kind, _ name: String, _ reason: String) -> APIProblem {
        APIProblem(
            409, "Conflict", "Operation cannot be fulfilled on \(kind.qualified) \"\(name)\": \(reason)",
            details: details(kind, name))
    }

    static func badRequest(_ message: String) -> APIProblem { APIProblem(400, "BadRequest", message) }

    /// What is wrong with an object's fields.
    static func invalid(_ kind: Kind, _ name: String, _ causes: [(field: String, reason: String, message: String)])
        -> APIProblem
    {
        let texts = causes.map { "\($0.field): \($0.message)" }
        var details = details(kind, name, qualified: kind.name)
        details["causes"] = .array(
            causes.map { ["field": .string($0.field), "reason": .string($0.reason), "message": .string($0.message)] })
        let what = kind.group.isEmpty ? kind.name : "\(kind.name).\(kind.group)"
        let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        return APIProblem(422, "Invalid", "\(what) \"\(name)\" is invalid: \(list)", details: details)
    }

    static func details(_ kind: Kind, _ name: String, qualified: String? = nil) -> JSONValue {
        var details: JSONValue = ["kind": .string(qualified ?? kind.plural)]
        if !name.isEmpty { details["name"] = .string(name) }
        if !kind.group.isEmpty { details["group"] = .string(kind.group) }
        return details
    }
}
