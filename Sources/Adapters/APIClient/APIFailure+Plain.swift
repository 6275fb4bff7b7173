extension APIFailure {
    /// What went wrong, without naming the call: for checks, which name the page themselves.
    package var plain: String {
        switch self {
        case .unreachable(_, .refused): "nothing listens there"
        case .timedOut: "no answer in time"
        case .interrupted: "the connection was closed without an answer"
        default: description
        }
    }
}
