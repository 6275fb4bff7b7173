/// What can be wrong with a backend, or the way to it. The player makes it out of any recording or fake.
public enum Fault: String, Sendable, Codable, CaseIterable {
    /// Every answer takes its time.
    case latency
    /// Bodies come byte by byte.
    case trickle
    /// The first requests are answered with 429 and `Retry-After`.
    case busy
    /// Now and then an answer is 500.
    case serverError = "server-error"
    /// Now and then a change is answered with 409.
    case conflict
    /// A connection is closed without an answer.
    case reset
    /// A body ends before its length.
    case cutBody = "cut-body"
    /// A stream ends within a frame.
    case truncatedFrame = "truncated-frame"
    /// An answer is no JSON.
    case garbage
    /// From some request on nobody answers any more.
    case gone
    /// The server shows a certificate that is not to be trusted.
    case tls
    /// A watch is told that its version is too old (410).
    case watchExpired = "watch-expired"
    /// A watch tells in its middle that its version is too old (410), and so does the next one from there.
    case watchLost = "watch-lost"
    /// Every watch is closed after a second.
    case watchClosed = "watch-closed"
    /// A blocking query's index goes back to 1.
    case indexReset = "index-reset"
    /// Every other blocking query is cut off while it waits.
    case queryCut = "query-cut"
    /// The cluster has no leader for three seconds, just before a change.
    case leaderLost = "leader-lost"
    /// What only a node's client knows cannot be had: logs, commands inside, usage.
    case clientAway = "client-away"
    /// One right is missing (403), and whoever asks for the rights is told so: that to Secrets, or to submit jobs.
    case forbidden
    /// There is no room for another pod in the namespace's quota.
    case quota
    /// The webhook that admits workloads does not answer.
    case admission
    /// The server is away for three seconds, just after it was told of a change.
    case away

    /// One sentence of how it is.
    public var sentence: String {
        switch self {
        case .latency: "every answer takes its time"
        case .trickle: "bodies come byte by byte"
        case .busy: "the backend is busy for a moment (429)"
        case .serverError: "an answer is 500"
        case .conflict: "a change is answered with 409"
        case .reset: "a connection is closed without an answer"
        case .cutBody: "a body ends before its length"
        case .truncatedFrame: "a stream ends within a frame"
        case .garbage: "an answer is no JSON"
        case .gone: "the backend goes away"
        case .tls: "the server's certificate is not to be trusted"
        case .watchExpired: "a watch's version is too old (410)"
        case .watchLost: "a watch loses its place (410)"
        case .watchClosed: "every watch is closed after a second"
        case .indexReset: "a blocking query's index goes back"
        case .queryCut: "blocking queries are cut off"
        case .leaderLost: "the cluster has no leader for three seconds"
        case .clientAway: "the nodes' clients cannot be reached"
        case .forbidden: "one right is missing (403)"
        case .quota: "the quota has no room for a pod"
        case .admission: "an admission webhook is down"
        case .away: "the server is away for three seconds"
        }
    }

    /// Whether a good client gets its work done all the same.
    var isSurvivable: Bool {
        isSlowness
            || [.watchExpired, .watchLost, .watchClosed, .away, .indexReset, .queryCut, .leaderLost].contains(self)
    }

    /// Whether it is nothing but delay, so that every core promise holds under it.
    var isSlowness: Bool { [.latency, .trickle, .busy].contains(self) }

    /// Whether it does not pass by itself.
    var isLasting: Bool { [.gone, .tls, .forbidden, .quota, .admission, .clientAway].contains(self) }

    /// What a failed deploy must name, so that a person knows whom to ask; `nil` where it is for the client to say.
    func word(at backend: BackendKind) -> String? {
        switch self {
        case .forbidden: backend == .nomad ? NomadForbidding.capability : "secrets"
        case .quota: "quota"
        case .admission: "webhook"
        default: nil
        }
    }

    /// The backends that can have it.
    var backends: Set<BackendKind> {
        switch self {
        case .watchExpired, .watchLost, .watchClosed, .quota, .admission: [.kubernetes]
        case .indexReset, .queryCut, .leaderLost, .clientAway: [.nomad]
        case .forbidden, .away: [.kubernetes, .nomad]
        default: [.docker, .kubernetes, .nomad]
        }
    }
}
