/// The fields of a backend's answers that our adapters read: what is not among them cannot break them.
enum UsedFields {
    static func contain(_ place: String, of kind: BackendKind) -> Bool {
        guard kind == .docker else {
            // Until there is an adapter that says what it reads, everything counts.
            return true
        }
        let path = place.replacing("[]", with: "")
        return docker.contains { path == $0 || path.hasPrefix($0 + ".") }
    }

    /// `EngineObjects.swift`, in the places where the API has them.
    private static let docker: [String] = [
        "Version", "ApiVersion", "MinAPIVersion", "Arch", "Id", "Architecture", "Config.Env", "Config.Labels",
        "Config.ExposedPorts", "Config.Cmd", "Config.Entrypoint", "Config.Tty", "Config.StopSignal", "Config.Image",
        "Names", "Image", "Command", "Created", "State", "Labels", "Name", "State.Status", "State.Running",
        "State.Restarting", "State.OOMKilled", "State.ExitCode", "State.Error", "HostConfig.NetworkMode",
        "NetworkSettings.Networks", "Warnings", "StatusCode", "Running", "ExitCode", "Type", "Action", "timeNano",
        "Actor.ID", "Actor.Attributes", "message",
    ]
}
