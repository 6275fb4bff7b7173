import APIClient

/// What `POST /containers/ID/exec` takes.
package struct ExecSpec: Codable, Sendable, Equatable {
    package var Cmd: [String]
    package var AttachStdin: Bool
    package var AttachStdout = true
    package var AttachStderr = true
    package var Tty: Bool
    package var WorkingDir: String?
    package var Env: [String]?

    package init(Cmd: [String], AttachStdin: Bool, Tty: Bool, WorkingDir: String? = nil) {
        self.Cmd = Cmd
        self.AttachStdin = AttachStdin
        self.Tty = Tty
        self.WorkingDir = WorkingDir
    }
}

extension APICall where Reply == ExecCreated {
    package static func createExec(in container: String, _ spec: ExecSpec) throws -> Self {
        .init(
            APIRequest(.post, "/containers/" + percentEncoded(container) + "/exec", body: try .json(spec)),
            expecting: [201])
    }
}

extension APICall where Reply == ExecDetails {
    package static func inspectExec(_ id: String) -> Self {
        .init(APIRequest(.get, "/exec/" + percentEncoded(id) + "/json"))
    }
}

extension APICall where Reply == Void {
    package static func resizeExec(_ id: String, columns: Int, rows: Int) -> Self {
        .init(
            APIRequest(
                .post, "/exec/" + percentEncoded(id) + "/resize",
                query: [QueryItem("w", "\(columns)"), QueryItem("h", "\(rows)")]),
            expecting: [200, 201, 404, 409, 500])
    }
}

extension APIRequest {
    /// Starts an exec and joins its streams.
    package static func startExec(_ id: String, hasTerminal: Bool) throws -> APIRequest {
        struct Start: Encodable {
            var Detach = false
            var Tty: Bool
        }
        return APIRequest(
            .post, "/exec/" + percentEncoded(id) + "/start", body: try .json(Start(Tty: hasTerminal)),
            timeouts: .untilItEnds)
    }
}
