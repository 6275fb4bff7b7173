import APIClient
import AdapterKit
import JSONDocument

/// Asks whether our token may do what the adapter does, by requests that change nothing.
struct AccessProbe: Sendable {
    let server: NomadServer
    /// The app's job; it need not be there.
    let job: String
    /// What would do.
    let policy: AccessPolicy

    /// What was found out.
    struct Result: Sendable, Equatable {
        /// The capabilities that are missing, as policies spell them.
        var missing: [String] = []
        /// Those that could not be asked for.
        var unknown: [String] = []
    }

    func run(policies: [String]) async throws -> Result {
        let asked = try await throttled(questions, atOnce: 4) { question in
            (question.right, try await isAllowed(question.request))
        }
        var result = Result(missing: asked.filter { !$0.1 }.map(\.0))
        for (right, isAllowed) in try await inAllocations(policies) {
            switch isAllowed {
            case true: continue
            case false: result.missing.append(right)
            case nil: result.unknown.append(right)
            }
        }
        return result
    }

    private struct Question: Sendable {
        var right: String
        var request: APIRequest
    }

    private var questions: [Question] {
        let questions = [
            Question(right: "list-jobs", request: NomadCalls.jobs(prefix: job).request),
            Question(right: "read-job", request: NomadCalls.job(job).request),
            Question(
                right: "submit-job", request: NomadCalls.plan(sample, id: Self.sampleID, withDiff: false).request),
        ]
        return questions + policy.variables.flatMap { variableQuestions($0) }
    }

    /// - Parameter pattern: of a Variable's path.
    private func variableQuestions(_ pattern: String) -> [Question] {
        // An index that nothing has: the server looks at the rights first, and then refuses.
        let cas = [QueryItem("cas", String(1 << 52))]
        let path = pattern.hasSuffix("*") ? pattern.dropLast() + "linkspan-doctor" : pattern
        let target = "/v1/var/" + NomadCalls.path(path)
        let items = NomadCalls.body(["Path": .string(path), "Items": ["probe": "probe"]])
        return [
            Question(right: "read on \(pattern)", request: APIRequest(.get, target)),
            Question(right: "write on \(pattern)", request: APIRequest(.put, target, query: cas, body: items)),
            Question(right: "destroy on \(pattern)", request: APIRequest(.delete, target, query: cas)),
        ]
    }

    private static let sampleID = "linkspan-doctor"

    /// A job that is right, so that it is the rights that decide.
    private var sample: JSONValue {
        [
            "ID": .string(Self.sampleID), "Name": .string(Self.sampleID), "Type": "batch", "Datacenters": ["dc1"],
            "Namespace": .string(server.namespace),
            "TaskGroups": [
                [
                    "Name": "doctor", "Count": 1,
                    "Tasks": [
                        [
                            "Name": "doctor", "Driver": "docker", "Config": ["image": "scratch"],
                            "Resources": ["CPU": 20, "MemoryMB": 10],
                        ]
                    ],
                ]
            ],
        ]
    }

    private func isAllowed(_ request: APIRequest) async throws -> Bool {
        let response = try await server.client.transport.response(to: request)
        let failure = APIFailure.refused(request, response)
        if failure.isLackOfRights { return false }
        // Whatever else stands in the way, such as a namespace that is not there yet, is another finding.
        return true
    }

    // MARK: what only an allocation can tell

    /// Whether we may read logs and run commands; `nil` where nobody can tell yet.
    private func inAllocations(_ policies: [String]) async throws -> [(String, Bool?)] {
        let allocations = try? await server.send(NomadCalls.allocations(ofJob: job))
        guard let found = allocations?.first(where: { $0.ClientStatus == "running" }) else {
            let known = try await capabilities(of: policies)
            return ["read-logs", "alloc-exec"].map { right in
                (right, known.map { !$0.isDisjoint(with: right == "read-logs" ? ["read-logs", "read-fs"] : [right]) })
            }
        }
        let logs = NomadCalls.logs(of: found.ID, task: found.TaskGroup, .stdout, from: .end(0), isPlain: true)
        return [
            ("read-logs", try await isAllowed(logs)), ("alloc-exec", try await mayExec(found.ID)),
        ]
    }

    /// Asks for a command in a task that there is not: the rights are looked at first.
    private func mayExec(_ allocation: String) async throws -> Bool {
        let request = NomadCalls.exec(allocation, task: "linkspan-doctor", ["true"], hasTerminal: false)
        do {
            let socket = try await WebSocketSession.open(request, over: server.client)
            defer { socket.close() }
            while try await socket.receive() != nil {}
            return socket.closing?.reason.hasSuffix("Permission denied") != true
        } catch let failure as APIFailure {
            return !failure.isLackOfRights
        }
    }

    /// What the token's policies say of the namespace; `nil` where the server does not tell.
    private func capabilities(of policies: [String]) async throws -> Set<String>? {
        var known: Set<String>?
        for name in policies {
            guard let rules = try? await server.send(NomadCalls.policy(name))?.RulesJSON else { continue }
            let blocks = (rules.Namespaces ?? []).filter { matches($0.Name) }
            // The longest name goes before the others.
            let closest = blocks.max { $0.Name.utf8.count < $1.Name.utf8.count }
            known = (known ?? []).union(closest?.Capabilities ?? [])
        }
        return known
    }

    private func matches(_ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? server.namespace.hasPrefix(pattern.dropLast()) : pattern == server.namespace
    }
}
