import APIClient
import AdapterKit

/// What a server's refusals mean to a person.
///
/// Nomad refuses in plain text, most of it with status 500: the words decide.
struct StatusTrouble {
    private let failure: APIFailure.StatusFailure
    private let action: String

    /// - Parameter action: what was to be done, as in "could not ACTION".
    init(_ failure: APIFailure.StatusFailure, while action: String) {
        self.failure = failure
        self.action = action
    }

    var error: AdapterError {
        if let error = tokenTrouble ?? placeTrouble ?? jobTrouble { return error }
        return switch failure.status {
        case 400: trouble(.invalidInput, "Nomad does not take the request", details: said)
        case 401, 403: denied
        case 404: trouble(.notFound, failure.message.isEmpty ? "there is no such thing" : failure.message)
        case 405, 501: trouble(.unsupported, "this version of Nomad does not know the request", details: said)
        case 409: trouble(.conflict, "somebody else changed it in the meantime", hint: "try again")
        case 413: trouble(.invalidInput, "what was sent is too large for the server", details: said)
        case 429:
            trouble(
                .timedOut, "the server is too busy, and went on being so", details: said,
                hint: "try again later, or raise http_max_conns_per_client in the agent's limits")
        case 502, 503, 504: trouble(.unreachable, "the server does not serve now", details: said, hint: "try again")
        default: trouble(.unexpectedReply, "the server answered with status \(failure.status)", details: said)
        }
    }

    private func says(_ words: String) -> Bool { failure.message.contains(words) }

    private func trouble(
        _ code: AdapterError.Code, _ text: String, details: [String] = [], hint: String? = nil
    ) -> AdapterError {
        AdapterError(code, "could not \(action): \(text)", details: details, hint: hint)
    }

    /// What the server said, as details: one for each problem where it lists several.
    private var said: [String] {
        let lines = failure.message.split(separator: "\n").map { $0.trimmed }
        let problems = lines.filter { $0.hasPrefix("* ") }.map { String($0.dropFirst(2)) }
        if !problems.isEmpty { return problems }
        return failure.message.isEmpty ? [] : ["Nomad said: \(lines.joined(separator: " "))"]
    }

    // MARK: who we are

    private var tokenTrouble: AdapterError? {
        let hint = "scheduler-nomad:set --global token SECRET_ID"
        if says("acl token lookup failed") || says("ACL token is invalid") {
            return trouble(
                .denied, "the ACL token is malformed: a token's secret id has 36 characters", hint: hint)
        }
        if says("ACL token not found") { return trouble(.denied, "the server does not know our ACL token", hint: hint) }
        if says("ACL token expired") { return trouble(.denied, "our ACL token has expired", hint: hint) }
        return nil
    }

    private var denied: AdapterError {
        if says("disabled by the scheduler configuration") {
            return trouble(
                .denied, "the cluster takes no jobs now", details: said,
                hint: "nomad operator scheduler set-config -reject-job-registration=false")
        }
        return trouble(
            .denied,
            NeededCapability.name(for: failure.call).map { "our ACL token lacks \($0)" }
                ?? "our ACL token may not do that",
            details: failure.message.isEmpty || failure.message == "Permission denied" ? [] : said,
            hint: "add the capability to the token's policy; the smallest policy that does: doctor APP")
    }

    // MARK: where it goes

    private var placeTrouble: AdapterError? {
        if says("No cluster leader") || says("Not ready to serve consistent reads") {
            return trouble(
                .unreachable, "the servers have no leader, and elected none in time",
                hint: "see how the servers fare: nomad server members")
        }
        if says("No path to region") {
            return trouble(
                .invalidSettings, "the servers do not know the region", hint: "scheduler-nomad:set --global region NAME"
            )
        }
        if says("nonexistent namespace") || (says("namespace") && says("does not exist")) {
            return trouble(
                .notFound, "the namespace is not there", details: said, hint: "nomad namespace apply NAME")
        }
        if says("No path to node") || says("Unknown node") {
            return trouble(
                .unreachable, "the node that it runs on is not connected", details: said, hint: "nomad node status")
        }
        return nil
    }

    // MARK: what was sent

    private var jobTrouble: AdapterError? {
        if says("Enforcing job modify index") || says("enforcing version") {
            return trouble(
                .conflict, "somebody else changed the job in the meantime", details: said, hint: "try again")
        }
        if says("error occurred:") || says("errors occurred:") {
            return trouble(.invalidInput, "Nomad does not take the job", details: said)
        }
        return nil
    }
}

extension Substring {
    /// Without blanks at the ends.
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
