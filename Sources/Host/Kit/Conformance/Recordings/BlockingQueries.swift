import Traffic

/// Questions that Nomad answers when something changes: how often one is asked is chance, and the last of each is left
/// by the client. Whether a watch's first question is asked at all may be chance too: another one may have told enough.
enum BlockingQueries {
    static func settled(_ exchanges: [Exchange]) -> [Exchange] {
        let watched = Set(exchanges.map(\.request).filter(isOne).map(\.path))
        return exchanges.map { exchange in
            guard isOne(exchange.request) else {
                var exchange = exchange
                if exchange.request.method == "GET", watched.contains(exchange.request.path) {
                    exchange.isOptional = true
                }
                return exchange
            }
            var exchange = exchange
            exchange.isOptional = true
            guard [0, 502].contains(exchange.response.status) else { return exchange }
            exchange.response = ResponseRecord(200)
            exchange.response.ending = .left
            return exchange
        }
    }

    static func isOne(_ request: RequestRecord) -> Bool {
        request.method == "GET" && request.path.hasPrefix("/v1/") && request.query.contains { $0.name == "index" }
    }

    /// Which of the recorded answers one gets that is asked now. What comes after an index is the same whoever asks and
    /// however often: one that the client left when it was recorded would have been answered so, too.
    static func answer(among fitting: [Int], of exchanges: [Exchange], used: (Int) -> Bool) -> Int? {
        let answered = fitting.filter { exchanges[$0].response.ending != .left }
        return answered.first { !used($0) } ?? answered.last
    }

    /// No change comes any more.
    static let silence = Answer.stream(AnswerHead(200)) { _ in try await Task.sleep(for: .seconds(3_600)) }
}
