import Traffic

/// Gives requests that run side by side an order that is the same each time.
///
/// A client that stops three containers at once sends nine requests in an order of chance. Of requests in a row that
/// are each about an object, those about one object stand together, in their order. Questions in a row to a Kubernetes
/// server change nothing, so they stand in the order of what they are about.
enum SideBySide {
    static func ordered(_ exchanges: [Exchange]) -> [Exchange] {
        var result: [Exchange] = []
        var row: [(object: String, exchange: Exchange)] = []
        func finishRow() {
            result += row.enumerated().sorted { ($0.element.object, $0.offset) < ($1.element.object, $1.offset) }
                .map(\.element.exchange)
            row = []
        }
        for var exchange in exchanges {
            if exchange.response.ending == nil, exchange.response.upgrade == nil {
                // An answer that comes at once needs no cause but its request.
                exchange.response.after = nil
            }
            if let object = exchange.request.path.split(separator: "/").first(where: { $0.utf8.count == 64 }) {
                row.append((String(object), exchange))
            } else if isQuestion(exchange) {
                row.append((exchange.request.path, exchange))
            } else {
                finishRow()
                result.append(exchange)
            }
        }
        finishRow()
        return result
    }

    private static func isQuestion(_ exchange: Exchange) -> Bool {
        exchange.request.method == "GET" && exchange.request.path.hasPrefix("/api") && exchange.response.ending == nil
            && exchange.response.upgrade == nil
    }
}
