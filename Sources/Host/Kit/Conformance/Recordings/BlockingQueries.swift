import Traffic

/// Questions that Nomad answers when something changes: how often one is asked is chance, and the last of each is left
/// by the client.
enum BlockingQueries {
    static func settled(_ exchanges: [Exchange]) -> [Exchange] {
        exchanges.map { exchange in
            guard isOne(exchange.request) else { return exchange }
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

    /// No change comes any more.
    static let silence = Answer.stream(AnswerHead(200)) { _ in try await Task.sleep(for: .seconds(3_600)) }
}
