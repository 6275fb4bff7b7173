import AdapterKit

/// A scheduler on paper: it tells what it would run, and runs nothing.
struct PaperAdapter: Adapter {
    let indent: String

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        for process in deployment.affectedProcesses {
            await console.report(.step("\(process.type): \(process.quantity) of \(deployment.image.local)"))
        }
        return Rollout(instances: [], superseded: [])
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {}

    func remove(_ app: App, console: any Console) async throws {}

    func status(of app: App) async throws -> AppStatus { AppStatus(count: 0, running: .no) }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {}
}

/// A role is a protocol of its own. The manifest claims it, too: the host goes by the manifest.
extension PaperAdapter: Planning {
    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        let lines = deployment.processes.map { "\(indent)\"\($0.type)\": \($0.quantity)" }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }
}
