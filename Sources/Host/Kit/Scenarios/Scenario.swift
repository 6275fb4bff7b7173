import JSONDocument
import Traffic

/// A story told to a backend's own API, without any adapter: what recordings are made from, and made again from.
package struct Scenario: Sendable, Equatable {
    /// Also the recording's title, such as `kubernetes.rollout`.
    package var title: String
    /// One sentence on what the recording is for.
    package var purpose: String
    package var steps: [Step]
    /// Run at the end whatever happened, and never recorded.
    package var cleanup: [Step]

    /// One request and what to do with its answer. Texts may hold `{{name}}`: what an earlier step captured.
    package struct Step: Sendable, Equatable {
        package var name: String
        package var method: String
        /// May carry a query and a host, as a captured `Location` does; the host is left out.
        package var path: String
        package var query: [QueryField]
        package var headers: [HTTPField]
        package var body: Body
        /// The statuses that let the story go on; empty for any success.
        package var expect: Set<Int>
        /// What later steps may refer to.
        package var capture: [String: Source]
        /// The same for what must never stand in a recording.
        package var secrets: [String: Source]
        /// Sent again until this holds. Only the last answer is recorded.
        package var until: Poll?
        package var talk: Talk
        /// Whether the next steps begin while this one goes on. It is joined at the end, or by a `join`.
        package var isBackground: Bool
        /// The background step that is waited for; such a step sends nothing itself.
        package var join: String?
        /// Whether it goes without the endpoint's own authorization and certificate.
        package var isAnonymous: Bool
        package var isRecorded: Bool
    }

    package enum Body: Sendable, Equatable {
        case none
        case json(JSONValue)
        case text(String)
    }

    /// Where in an answer a value stands.
    package enum Source: Sendable, Equatable {
        case pointer(JSONPointer)
        case header(String)
    }

    /// What must be seen, and how long it may take.
    package struct Poll: Sendable, Equatable {
        package var condition: Condition
        package var seconds: Double
        package var every: Double
    }

    package enum Condition: Sendable, Equatable {
        case status(Int)
        /// The value at the pointer is one of these.
        case value(JSONPointer, [JSONValue])
        case exists(JSONPointer)
        case count(JSONPointer, Int)

        /// Whether an answer with `status` and `document` is what is waited for.
        package func holds(status: Int, _ document: JSONValue?) -> Bool {
            switch self {
            case .status(let wanted): status == wanted
            case .value(let pointer, let values):
                document.flatMap { pointer.value(in: $0) }.map { values.contains($0) } ?? false
            case .exists(let pointer): document.flatMap { pointer.value(in: $0) } != nil
            case .count(let pointer, let wanted):
                document.flatMap { pointer.value(in: $0)?.items?.count } == wanted
            }
        }
    }

    /// What kind of conversation a request begins.
    package enum Talk: Sendable, Equatable {
        case answer
        case stream(Stream)
        case webSocket(Session, protocol: String)
        case upgrade(Session, multiplexed: Bool)
    }

    /// How to read an answer that goes on.
    package struct Stream: Sendable, Equatable {
        package enum Framing: String, Sendable, CaseIterable { case json, lines, docker }
        package var framing: Framing
        /// Ends after so many frames …
        package var frames: Int?
        /// … or with the frame of which this holds …
        package var until: Condition?
        /// … or after so long, which is no failure.
        package var seconds: Double
        /// A frame with the same values here as the one before it is left out: how often a server says the same
        /// differs from run to run. What `until` looks at belongs here, too.
        package var distinct: [JSONPointer]
    }

    /// What is said on a connection that left HTTP, in order.
    package struct Session: Sendable, Equatable {
        package enum Line: Sendable, Equatable {
            case send(channel: String, Body)
            /// Goes on when the output so far holds this.
            case wait(String)
            case pause(Double)
            /// Says that no more input comes, where the protocol can.
            case endInput
            case close
        }
        package var lines: [Line]
        package var seconds: Double
    }
}

/// Why a scenario cannot be read or did not go as it says.
package struct ScenarioProblem: Error, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
