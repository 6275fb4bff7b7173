import APIClient

/// The moment in a server's history that an answer is from.
struct NomadIndex: Sendable, Equatable, Comparable {
    let number: Int

    /// Before everything: a question after it is answered at once.
    static let start = NomadIndex(number: 0)
    /// How long a blocking query may wait when nobody says otherwise: well below what proxies cut.
    static let longestWait = Duration.seconds(30)

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// An answer and the moment that it is from.
struct Indexed<Value: Sendable>: Sendable {
    var value: Value
    var index: NomadIndex
}

extension APICall {
    /// The same question as a blocking query.
    func blocking(after index: NomadIndex?, wait: Duration) -> APICall<Indexed<Reply>> {
        var request = request
        if let index, index > .start {
            let milliseconds = max(1, Int(wait / .milliseconds(1)))
            request.query += [QueryItem("index", String(index.number)), QueryItem("wait", "\(milliseconds)ms")]
            // Servers add up to a sixteenth, so that not all who wait come back at once.
            let longest = wait + wait / 16 + .seconds(30)
            request.timeouts.idle = longest
            request.timeouts.total = longest
        }
        return APICall<Indexed<Reply>>(request, expecting: expected) { [decode] response in
            let index = response.head.header("x-nomad-index").flatMap { Int($0) } ?? 0
            // A question after 0 would not wait, and be asked again and again.
            return Indexed(value: try decode(response), index: NomadIndex(number: max(1, index)))
        }
    }
}
