import JSONDocument
import Traffic

/// A Nomad server and its one client node, as far as a scheduler's adapter uses them.
///
/// Jobs are registered, evaluated, placed and deployed as Nomad 1.1.0 was seen to do it; what runs inside of an
/// allocation is acted out by ``Workload``. Newer versions add what they brought: native services (1.3) and
/// variables (1.4).
package final class NomadFake: FakeBackend {
    /// What the fake is told to be.
    package struct Setup: Sendable {
        /// The version that it claims, which decides what it knows.
        package var version = "1.1.0"
        /// How much faster than real its time goes.
        package var speed = 1.0
        /// The images that can be pulled; `nil` for all.
        package var images: Set<String>?
        /// What its node has, in MHz and MB.
        package var cpu = 4_000
        package var memory = 8_000
        /// The addresses that its node has: programs that serve do so there. Without, nothing listens.
        package var subnet: LoopbackSubnet?
        /// Whether requests need a token.
        package var hasACL = false
        /// The management token that is there from the beginning; without one `/v1/acl/bootstrap` makes it.
        package var managementToken: String?
        /// Client tokens that are there from the beginning, each with the rules of its policy.
        package var tokens: [String: String] = [:]
        /// Namespaces that are there from the beginning, besides the default.
        package var namespaces: Set<String> = []
        /// What a command of an image is in words that ``Workload`` knows: for recordings of other programs.
        package var command: @Sendable ([String]) -> [String] = { $0 }

        package init() {}
    }

    let cluster: NomadCluster

    package init(_ setup: Setup = Setup()) {
        cluster = NomadCluster(setup)
    }

    package func answer(_ request: ServedRequest) async -> Answer {
        do {
            switch request.pathParts.dropFirst() {
            case let parts where parts.starts(with: ["client", "fs", "logs"]):
                return try await cluster.logs(request)
            case let parts where parts.starts(with: ["client", "allocation"]) && parts.last == "exec":
                return try await cluster.exec(request)
            default: return try await blocking(request).answer
            }
        } catch let trouble as NomadTrouble {
            return trouble.answer
        } catch {
            return NomadTrouble(500, "\(error)").answer
        }
    }

    /// Answers at once, or when what is asked for is newer than the `index` of the question, or when `wait` is over.
    private func blocking(_ request: ServedRequest) async throws -> NomadReply {
        let known = request.query("index").flatMap { Int($0) } ?? 0
        let seconds = request.query("wait").flatMap(GoDuration.seconds) ?? 300
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(min(seconds, 600) / cluster.setup.speed)
        while true {
            let change = await cluster.change
            let reply = try await cluster.reply(request)
            guard request.method == "GET", known > 0, let index = reply.index, index <= known, clock.now < deadline,
                !Task.isCancelled
            else { return reply }
            await change.wait(until: deadline)
        }
    }

    package func stop() async { await cluster.stop() }

    package func objects() async -> [FakeObject] { await cluster.objects() }
}

extension Gate {
    /// Returns when the gate is open, and at `deadline` at the latest.
    func wait(until deadline: ContinuousClock.Instant) async {
        await withTaskGroup { tasks in
            tasks.addTask { await self.wait() }
            tasks.addTask { try? await ContinuousClock().sleep(until: deadline) }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}

/// An answer before it is one.
struct NomadReply: Sendable {
    enum Content: Sendable {
        case json(JSONValue)
        case text(Int, String)
        case none(Int)
    }

    var content: Content
    /// The index of what was asked for; reads can wait for a newer one.
    var index: Int?
    /// Whether it says whether there is a leader, as answers of servers do and those of agents do not.
    var isRead = false

    /// An answer that blocking queries can be made of.
    static func read(_ document: JSONValue, _ index: Int) -> NomadReply {
        NomadReply(content: .json(document), index: index, isRead: true)
    }

    static func written(_ document: JSONValue, _ index: Int) -> NomadReply {
        NomadReply(content: .json(document), index: index)
    }

    static func plain(_ document: JSONValue) -> NomadReply { NomadReply(content: .json(document)) }

    /// What is not there, in Nomad's words.
    static func missing(_ sentence: String, _ index: Int) -> NomadReply {
        NomadReply(content: .text(404, sentence), index: index, isRead: true)
    }

    var answer: Answer {
        var headers: [HTTPField] = []
        if let index { headers.append(HTTPField("X-Nomad-Index", String(index))) }
        if isRead {
            headers.append(HTTPField("X-Nomad-Knownleader", "true"))
            headers.append(HTTPField("X-Nomad-Lastcontact", "0"))
        }
        switch content {
        case .json(let document): return .json(200, document, headers: headers)
        case .text(let status, let text):
            let type = HTTPField("Content-Type", "text/plain; charset=utf-8")
            return .whole(AnswerHead(status, [type] + headers), body: Array(text.utf8))
        case .none(let status): return .whole(AnswerHead(status, headers), body: [])
        }
    }
}

/// Why Nomad refuses: a status and a sentence in plain text.
struct NomadTrouble: Error, Equatable {
    var status: Int
    var sentence: String

    init(_ status: Int, _ sentence: String) {
        self.status = status
        self.sentence = sentence
    }

    var answer: Answer { sentence.isEmpty ? .empty(status) : .text(status, sentence) }

    static let permissionDenied = NomadTrouble(403, "Permission denied")

    /// Several problems as Nomad lists them.
    static func list(_ problems: [String]) -> String {
        let title = problems.count == 1 ? "1 error occurred:" : "\(problems.count) errors occurred:"
        return title + "\n" + problems.map { "\t* \($0)\n" }.joined() + "\n"
    }
}

/// Times as Go writes them: `1m0s`, `1.5s`.
enum GoDuration {
    static func seconds(_ text: String) -> Double? {
        var total = 0.0
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = factors[String(unit)] else { return nil }
            total += number * factor
        }
        return total
    }

    private static let factors = ["h": 3_600, "m": 60, "s": 1, "ms": 0.001, "us": 0.000_001, "ns": 0.000_000_001]

    static func text(nanoseconds: Int) -> String {
        guard nanoseconds > 0 else { return "0s" }
        if nanoseconds < 1_000_000_000 { return "\(decimal(Double(nanoseconds) / 1_000_000))ms" }
        let whole = nanoseconds / 1_000_000_000
        let seconds = decimal(Double(whole % 60) + Double(nanoseconds % 1_000_000_000) / 1_000_000_000) + "s"
        if whole < 60 { return seconds }
        return (whole >= 3_600 ? "\(whole / 3_600)h" : "") + "\(whole / 60 % 60)m" + seconds
    }

    private static func decimal(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}
