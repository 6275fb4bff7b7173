/// What the server says when it refuses (API conventions, "Response Status Kind").
struct StatusReply: Sendable, Decodable, Equatable {
    struct Details: Sendable, Decodable, Equatable {
        struct Cause: Sendable, Decodable, Equatable {
            var reason: String?
            var message: String?
            var field: String?
        }

        var name: String?
        /// Of the object, or of its resource.
        var kind: String?
        var group: String?
        var causes: [Cause]?
        var retryAfterSeconds: Int?
    }

    var message: String?
    /// Such as `NotFound`, `Conflict`, `Forbidden`.
    var reason: String?
    var code: Int?
    var details: Details?
}

extension StatusReply {
    /// What is missing where the server says "forbidden" for lack of rights.
    struct MissingRight: Sendable, Equatable {
        var user: String
        var verb: String
        /// With its subresource, as in `pods/exec`.
        var resource: String
        /// Empty for the core group.
        var group: String
        /// `nil` for the whole cluster.
        var namespace: String?
    }

    /// `nil` where the refusal is about something else.
    var missingRight: MissingRight? {
        guard let text = message, let user = text.quoted(after: "User "), let verb = text.word(after: " cannot "),
            let resource = text.quoted(after: "resource ")
        else { return nil }
        return MissingRight(
            user: user, verb: verb, resource: resource, group: text.quoted(after: "in API group ") ?? "",
            namespace: text.quoted(after: "in the namespace "))
    }

    /// The other managers that a server-side apply met, by the fields that they hold.
    var conflicts: [(manager: String, field: String)] {
        (details?.causes ?? []).filter { $0.reason == "FieldManagerConflict" }
            .map { ($0.message?.quoted(after: "conflict with ") ?? "somebody", $0.field ?? "") }
    }

    /// The webhook that an admission met.
    var webhook: String? {
        message.flatMap { $0.quoted(after: "admission webhook ") ?? $0.quoted(after: "failed calling webhook ") }
    }
}

extension String {
    /// What stands in quotes right behind `mark`.
    fileprivate func quoted(after mark: String) -> String? {
        part(after: mark + "\"").map { String($0.prefix { $0 != "\"" }) }
    }

    fileprivate func word(after mark: String) -> String? { part(after: mark).map { String($0.prefix { $0 != " " }) } }

    private func part(after mark: String) -> Substring? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
