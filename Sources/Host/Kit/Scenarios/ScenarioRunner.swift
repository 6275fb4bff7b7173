import APIClient
import JSONDocument
import Traffic

/// Plays a scenario against a real server and gives what went over the wire, without secrets and without what differs
/// from run to run.
package struct ScenarioRunner: Sendable {
    private let endpoint: APIEndpoint
    private let rules: NormalizationRules
    private let secrets: [String: String]

    /// - Parameter secrets: what scenarios may refer to and no recording may hold, by name.
    package init(_ endpoint: APIEndpoint, rules: NormalizationRules, secrets: [String: String] = [:]) {
        self.endpoint = endpoint
        self.rules = rules
        self.secrets = secrets
    }

    /// Runs the steps, then the cleanup, whatever became of the steps.
    /// - Throws: ``ScenarioProblem`` when an answer was not what the scenario expects.
    package func exchanges(of scenario: Scenario) async throws -> [Exchange] {
        let run = ScenarioRun(endpoint, rules, secrets)
        do {
            for step in scenario.steps { try await run.perform(step) }
            try await run.joinAll()
        } catch {
            await run.cleanUp(scenario.cleanup)
            throw error
        }
        await run.cleanUp(scenario.cleanup)
        let (exchanges, secrets) = await run.result()
        return Normalizer(rules).normalized(SecretRemoval(rules, secrets).cleaned(exchanges))
    }

    /// The same as a recording.
    package func recording(of scenario: Scenario, server: Recording.Server, day: String) async throws -> Recording {
        Recording(
            title: scenario.title, provenance: .recorded, server: server, recorded: day,
            creator: Self.version, redaction: SecretRemoval.version, exchanges: try await exchanges(of: scenario))
    }

    /// Of what makes recordings from scenarios.
    package static let version = "1"
}

/// One run's memory.
private actor ScenarioRun {
    private let endpoint: APIEndpoint
    private let rules: NormalizationRules
    private let transport: CurlTransport
    private let anonymous: CurlTransport
    private var captured: Captured
    private var exchanges: [Exchange?] = []
    private var background: [(name: String, task: Task<Void, any Error>)] = []

    init(_ endpoint: APIEndpoint, _ rules: NormalizationRules, _ secrets: [String: String]) {
        self.endpoint = endpoint
        self.rules = rules
        captured = Captured(secrets: secrets)
        transport = CurlTransport(endpoint: endpoint)
        var bare = endpoint
        bare.headers = []
        bare.tls.clientCertificate = nil
        bare.tls.clientKey = nil
        anonymous = CurlTransport(endpoint: bare)
    }

    func result() -> (exchanges: [Exchange], secrets: [String: String]) {
        (exchanges.compactMap { $0 }, captured.secrets)
    }

    func joinAll() async throws {
        while let first = background.first { try await join(first.name) }
    }

    func cleanUp(_ steps: [Scenario.Step]) async {
        for (_, task) in background { task.cancel() }
        background = []
        // What cannot be taken away now was often never made.
        for var step in steps {
            step.isRecorded = false
            try? await perform(step)
        }
    }

    func perform(_ step: Scenario.Step) async throws {
        if let name = step.join { return try await join(name) }
        let number = exchanges.count
        exchanges.append(nil)
        guard step.isBackground else { return try await carryOut(step, number) }
        let begun = Gate()
        let task = Task {
            do {
                try await self.carryOut(step, number, begun)
            } catch {
                await begun.open()
                throw error
            }
        }
        background.append((step.name, task))
        await begun.wait()
    }

    private func join(_ name: String) async throws {
        guard let index = background.firstIndex(where: { $0.name == name }) else {
            throw ScenarioProblem("no step called '\(name)' goes on in the background")
        }
        try await background.remove(at: index).task.value
    }

    /// - Parameter begun: opened when the answer's head is there.
    private func carryOut(_ step: Scenario.Step, _ number: Int, _ begun: Gate? = nil) async throws {
        let request = try StepRequest(step, captured)
        let conversation = Conversation(
            request: request, step: step, transport: step.isAnonymous ? anonymous : transport,
            begun: { [weak self] in
                await begun?.open()
                return await self?.exchanges.count ?? 0
            }, begunBefore: number + 1)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(step.until?.seconds ?? 0)
        while true {
            let heard: Conversation.Heard
            do {
                heard = try await conversation.hold()
            } catch {
                throw ScenarioProblem("\(step.name): \(error)")
            }
            let document = heard.response.body.json
            if let poll = step.until, !poll.condition.holds(status: heard.response.status, document) {
                guard clock.now < deadline else {
                    throw ScenarioProblem("\(step.name): what it waits for did not come: \(heard.excerpt)")
                }
                try await Task.sleep(for: .seconds(poll.every))
                continue
            }
            let isExpected =
                step.expect.isEmpty
                ? heard.response.status < 300 || step.until != nil : step.expect.contains(heard.response.status)
            guard isExpected else {
                throw ScenarioProblem("\(step.name): the answer is \(heard.excerpt)")
            }
            try capture(step, heard, document)
            guard step.isRecorded else { return }
            let own = step.isAnonymous ? [] : endpoint.headers.map { HTTPField($0.name, $0.value) }
            var sent = own + request.allHeaders
            if case .webSocket(_, let name) = step.talk { sent.append(HTTPField("Sec-WebSocket-Protocol", name)) }
            exchanges[number] = Exchange(
                step: step.name,
                request: RequestRecord(
                    step.method, request.path, query: request.query, headers: sent, body: request.recordedBody),
                response: heard.response)
            return
        }
    }

    private func capture(_ step: Scenario.Step, _ heard: Conversation.Heard, _ document: JSONValue?) throws {
        for (sources, isSecret) in [(step.capture, false), (step.secrets, true)] {
            for (name, source) in sources {
                let value: String? =
                    switch source {
                    case .header(let header):
                        heard.response.headers.first { $0.name.lowercased() == header.lowercased() }?.value
                    case .pointer(let pointer):
                        (document ?? heard.lastDocument).flatMap { pointer.value(in: $0) }.map { $0.text ?? $0.compact }
                    }
                guard let value else {
                    throw ScenarioProblem("\(step.name): the answer has nothing for '\(name)': \(heard.excerpt)")
                }
                captured.keep(value, as: name, isSecret: isSecret)
            }
        }
    }
}
