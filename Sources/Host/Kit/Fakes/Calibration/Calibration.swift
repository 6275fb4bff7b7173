import APIClient
import JSONDocument
import Traffic

/// Holds a fake against a recording: every recorded request is asked of the fake, in order, and its answers are
/// compared with the recorded ones.
///
///     let fake = NomadFake(speed: 50)
///     let findings = await Calibration(fake).play(recording)
///     #expect(findings.filter(\.isBreaking).isEmpty, "\(findings)")
///
/// Status, presence of headers, media type and the text of errors have to be equal; documents and frames have to have
/// the recorded shape. Ids, indexes and secrets differ between the two: whatever the fake says in the place of a
/// recorded one stands for it in later requests. Values that are known beforehand go into `substitutions`.
///
/// A recording does not tell how long its maker waited between two requests. A GET whose answer is not as far along as
/// the recorded one is therefore asked again until `patience` is over: it is as far along when the shapes fit and the
/// fields named in ``awaited`` are equal (numbers: at least as large). Such a field that stays behind is a cosmetic
/// finding. Of several GETs of one path in a row, only the last is waited for: what they saw on the way may have gone
/// by faster or slower.
package struct Calibration: Sendable {
    /// Takes a stream's bytes apart into the frames that a recording of it holds.
    package typealias Unframing = @Sendable (_ exchange: Exchange, _ bytes: [UInt8]) -> [Frame]
    /// What a recorded frame is on a WebSocket or an upgraded connection, and back.
    package struct FrameCoding: Sendable {
        package var message: @Sendable (Frame) -> WebSocketMessage
        package var frame: @Sendable (WebSocketMessage) -> Frame

        package init(
            message: @escaping @Sendable (Frame) -> WebSocketMessage,
            frame: @escaping @Sendable (WebSocketMessage) -> Frame
        ) {
            self.message = message
            self.frame = frame
        }
    }

    private let fake: any Answering
    /// Real seconds that an answer, or its end, may take.
    package var patience: Double
    /// Fields that tell how far a backend has come, wherever they stand in an answer.
    package var awaited: Set<String>
    /// Values of awaited fields that do not change any more: who is there is not waited for.
    package var settled: Set<String> = []
    /// Fields whose values tell one backend from another; they are neither compared nor looked into.
    package var ignored: Set<String> = []
    /// Recorded values and what the fake knows them as, from the beginning.
    package var substitutions: [String: String] = [:]
    /// How streams are taken apart: JSON documents one after the other, unless told otherwise.
    package var unframing: Unframing = { _, bytes in FrameReading.documents(bytes) }
    /// How a recording's frames travel over WebSockets: as texts and binaries, unless told otherwise.
    package var coding = FrameCoding(message: FrameReading.message, frame: FrameReading.frame)

    package init(
        _ fake: any Answering, patience: Double = 1,
        awaited: Set<String> = ["Status", "ClientStatus", "phase", "readyReplicas", "HealthyAllocs"]
    ) {
        self.fake = fake
        self.patience = patience
        self.awaited = awaited
    }

    /// What came of one exchange, when it was not the same.
    package struct Finding: Sendable, CustomStringConvertible {
        /// 1 for the first of the recording.
        package var number: Int
        /// Method, path and query as recorded.
        package var request: String
        package var differences: [ShapeDifference]

        package var isBreaking: Bool { differences.contains { $0.kind == .breaking } }

        package var description: String {
            "#\(number) \(request)\n" + differences.map { "    \($0)" }.joined(separator: "\n") + "\n"
        }
    }

    /// Plays all of `recording`. An exchange without differences has no finding.
    package func play(_ recording: Recording) async -> [Finding] {
        var identities = Identities(substitutions)
        var findings: [Finding] = []
        for (index, exchange) in recording.exchanges.enumerated() {
            let next = recording.exchanges.dropFirst(index + 1).first?.request
            let isLast = next?.path != exchange.request.path || next?.method != exchange.request.method
            let differences = await play(exchange, &identities, isLast: isLast)
            guard !differences.isEmpty else { continue }
            let query = exchange.request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            findings.append(
                Finding(
                    number: index + 1,
                    request: exchange.request.method + " " + exchange.request.path + (query.isEmpty ? "" : "?" + query),
                    differences: differences))
        }
        return findings
    }

    private func play(_ exchange: Exchange, _ identities: inout Identities, isLast: Bool) async
        -> [ShapeDifference]
    {
        var request = identities.request(for: exchange.request)
        if let upgrade = exchange.response.upgrade, request.upgrade == nil {
            // Recordings leave out headers that only concern one connection.
            request.headers.removeAll { ["connection", "upgrade"].contains($0.name.lowercased()) }
            request.headers += [HTTPField("Connection", "Upgrade"), HTTPField("Upgrade", upgrade)]
        }
        let talk = Conversation(fake: fake, patience: patience, unframing: unframing, coding: coding)
        let comparison = AnswerComparison(awaited: awaited, settled: settled, ignored: ignored)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(patience)
        let isRepeatable = ["GET", "HEAD"].contains(request.method) && exchange.response.upgrade == nil
        while true {
            guard let answered = await talk.ask(request, as: exchange, identities) else {
                return [.init(.breaking, "", "there was no answer within \(patience) s")]
            }
            let differences = comparison.differences(exchange.response, answered, &identities)
            let isBehind =
                differences.contains { $0.kind == .breaking } || isLast && comparison.isBehind(differences)
            guard isBehind, isRepeatable, clock.now < deadline else { return differences }
            try? await clock.sleep(for: .milliseconds(10))
        }
    }
}
