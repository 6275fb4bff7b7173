import APIClient
import AdapterKit
import FoundationEssentials

/// What a server's refusals mean to a person.
struct StatusTrouble {
    private let failure: APIFailure.StatusFailure
    private let reply: StatusReply
    private let action: String

    /// - Parameter action: what was to be done, as in "could not ACTION".
    init(_ failure: APIFailure.StatusFailure, while action: String) {
        self.failure = failure
        self.action = action
        reply =
            (try? JSONDecoder().decode(StatusReply.self, from: Data(failure.body)))
            ?? StatusReply(message: failure.message)
    }

    var error: AdapterError {
        if let error = webhook ?? (reply.hasCause("NamespaceTerminating") ? terminating : nil) { return error }
        return switch failure.status {
        case 401: trouble(.denied, "the server does not know who we are", hint: "doctor")
        case 403: forbidden
        case 404: notFound
        case 409: conflict
        case 400, 422: invalid
        case 413: tooLarge
        case 429:
            trouble(.timedOut, "the server is too busy, and went on being so", details: said, hint: "try again later")
        case 504: trouble(.timedOut, "the server did not get it done in time", details: said, hint: "try again")
        case 500... where reply.says("etcdserver: request is too large"): tooLarge
        case 500... where reply.says("etcdserver"):
            trouble(
                .timedOut, "the cluster's store (etcd) is too slow", details: said,
                hint: "see how the control plane fares: kubectl get --raw='/readyz?verbose'")
        case 503: trouble(.unreachable, "the server does not serve now", details: said, hint: "try again")
        default: trouble(.unexpectedReply, "the server answered with status \(failure.status)", details: said)
        }
    }

    private func trouble(_ code: AdapterError.Code, _ text: String, details: [String] = [], hint: String? = nil)
        -> AdapterError
    {
        AdapterError(code, "could not \(action): \(text)", details: details, hint: hint)
    }

    /// What the server said, as a detail.
    private var said: [String] {
        let text = masked(reply.message ?? failure.message)
        return text.isEmpty ? [] : ["the server said: \(text)"]
    }

    /// Where Secrets are written, a complaint about a value may quote it.
    private func masked(_ text: String) -> String {
        guard failure.call.contains("/secrets") else { return text }
        var parts = text.components(between: "Invalid value: ")
        for index in parts.indices.dropFirst() { parts[index] = "***" + parts[index].afterValue }
        return parts.joined(separator: "Invalid value: ")
    }

    private var forbidden: AdapterError {
        let text = reply.message ?? failure.message
        if let right = reply.missingRight {
            let resource = right.group.isEmpty ? right.resource : "\(right.resource).\(right.group)"
            let place = right.namespace.map { "in namespace \($0)" } ?? "in the whole cluster"
            return trouble(
                .denied, "\(right.user) may not \(right.verb) \(resource) \(place)",
                details: ["doctor prints the rights that are needed"], hint: "doctor")
        }
        if reply.says("exceeded quota") || reply.says("must specify limits") || reply.says("failed quota") {
            return trouble(
                .denied, "the namespace's quota does not allow it", details: said,
                hint: "kubectl describe resourcequota, then ask for less: resource:limit, ps:scale")
        }
        if reply.says("because it is being terminated") { return terminating }
        if reply.says("violates PodSecurity") {
            return trouble(
                .denied, "the namespace's Pod Security level does not allow it", details: said,
                hint: "scheduler-kubernetes:set APP pod-security restricted")
        }
        return trouble(.denied, "the server forbids it", details: text.isEmpty ? [] : said, hint: "doctor")
    }

    private var terminating: AdapterError {
        trouble(
            .conflict, "the namespace is being deleted", details: said,
            hint: "wait until it is gone, or scheduler-kubernetes:set APP namespace NAME")
    }

    private var notFound: AdapterError {
        guard let name = reply.details?.name, !name.isEmpty else {
            return trouble(
                .notFound, "the server does not serve this kind of object (\(failure.call))", details: said,
                hint: "doctor")
        }
        return trouble(.notFound, reply.message ?? "there is no \(name)")
    }

    private var conflict: AdapterError {
        let conflicts = reply.conflicts
        guard let first = conflicts.first else {
            let isThere = reply.reason == "AlreadyExists"
            return trouble(
                .conflict, isThere ? (reply.message ?? "it exists already") : "somebody else changed it meanwhile",
                details: isThere ? [] : said, hint: isThere ? nil : "try again")
        }
        let managers = Set(conflicts.map(\.manager)).sorted().joined(separator: ", ")
        return trouble(
            .conflict, "\(managers) manages \(conflicts.count == 1 ? first.field : "fields") of \(object)",
            details: conflicts.map { "\($0.manager) set \($0.field)" },
            hint: "scheduler-kubernetes:set APP force-conflicts true takes them over")
    }

    private var invalid: AdapterError {
        let causes = (reply.details?.causes ?? []).map { cause in
            let text = masked(cause.message ?? cause.reason ?? "")
            return (cause.field ?? "").isEmpty ? text : "\(cause.field ?? ""): \(text)"
        }
        return trouble(
            .invalidInput, "the server does not accept \(object)", details: causes.isEmpty ? said : causes,
            hint: "check the app's settings and patches: plan APP shows what is sent")
    }

    private var tooLarge: AdapterError {
        trouble(
            .invalidInput, "\(object) is too large for the cluster", details: said,
            hint: "a release's config must stay below 1 MiB: config:show APP")
    }

    private var webhook: AdapterError? {
        guard let name = reply.webhook else { return nil }
        guard reply.says("denied the request") else {
            return trouble(
                .unreachable, "the admission webhook \(name) does not answer", details: said,
                hint: "see to the webhook: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations")
        }
        return trouble(.denied, "the admission webhook \(name) does not allow it", details: said)
    }

    /// Such as `Deployment/shop-web`.
    private var object: String {
        guard let kind = reply.details?.kind, let name = reply.details?.name else { return "it" }
        return "\(kind)/\(name)"
    }
}

extension StatusReply {
    fileprivate func says(_ text: String) -> Bool { message?.contains(text) == true }

    fileprivate func hasCause(_ reason: String) -> Bool { details?.causes?.contains { $0.reason == reason } == true }
}

extension String {
    fileprivate func components(between mark: String) -> [String] {
        var parts = [""]
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(mark) {
                parts.append("")
                rest = rest.dropFirst(mark.count)
            } else {
                parts[parts.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    /// What follows a value, in quotes (`"…": must be …`) or without (`12: must be …`).
    fileprivate var afterValue: String {
        guard first == "\"" else { return String(drop { $0 != ":" }) }
        var isEscaped = false
        for index in indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if self[index] == "\\" {
                isEscaped = true
            } else if self[index] == "\"" {
                return String(self[self.index(after: index)...])
            }
        }
        return ""
    }
}
