import AdapterKit
import DokkuIO

/// An app, a task of it, or a task's name that tells its app: `APP.run.NUMBER`.
package enum TaskName {
    package static func resolve(app: String, container: String, _ host: Host) throws -> (AppName, String?) {
        guard app.isEmpty, !container.isEmpty else {
            return (try host.apps.existing(app), container.isEmpty ? nil : container)
        }
        let parts = container.split(separator: ".")
        guard parts.count >= 3, Int(parts[parts.count - 1]) != nil else {
            throw AdapterError(.invalidInput, "Invalid container name specified: \(container)", hint: "run:list APP")
        }
        guard parts[parts.count - 2] == "run" else {
            throw AdapterError(.invalidInput, "Specified container must be a run container", hint: "run:list APP")
        }
        return (try host.apps.existing(parts.dropLast(2).joined(separator: ".")), container)
    }
}
