import AdapterKit

extension Checks {
    /// The checks that an instance of `type` has to pass, Dokku's defaults added where the app declares none
    /// (contract 2.6).
    /// - Parameter port: the one that the process was told to listen on; `nil` for processes that take no traffic.
    func gating(_ type: ProcessType, port: Int?) -> [Healthcheck] {
        var planned = healthchecks.filter { $0.purpose != .liveness }
        if !planned.contains(where: { $0.purpose == .startup }) {
            planned.insert(
                Healthcheck(name: "default uptime check", probe: .uptime(seconds: defaultUptime), attempts: 1), at: 0)
        }
        if type == .web, let port, !planned.contains(where: { $0.probe == .listening }) {
            planned.append(
                Healthcheck(name: "port listening check", probe: .listening, port: port, isWarning: true))
        }
        return planned
    }
}
