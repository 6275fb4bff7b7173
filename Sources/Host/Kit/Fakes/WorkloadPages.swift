import Traffic

/// What a workload that serves answers: `/` and `/health`, everything else is missing.
package struct WorkloadPages: Answering {
    package init() {}

    package func answer(_ request: ServedRequest) async -> Answer {
        switch request.path {
        case "/": .text(200, "kit page\n")
        case "/health": .text(200, "ok\n")
        default: .text(404, "not found\n")
        }
    }

    /// The status of the page at `path`.
    static func status(of path: String) -> Int { ["/", "/health"].contains(path) ? 200 : 404 }
}
