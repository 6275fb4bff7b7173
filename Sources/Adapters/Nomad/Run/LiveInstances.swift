import APIClient
import AdapterKit

extension LiveAllocations {
    /// How each instance fares, those that are wanted and not there included.
    var status: AppStatus {
        var states: [InstanceState] = []
        for group in job?.groups ?? [] {
            let name = group["Name"]?.text ?? ""
            guard let process = try? ProcessType(group["Meta"]?[Meta.process]?.text ?? name) else { continue }
            let own = named.filter { $0.name.process == process }
            let last = max(job?.counts[name] ?? 0, own.last?.name.index ?? 0)
            for index in 0..<last {
                let name = InstanceName(process, index + 1)
                let allocation = own.first { $0.name == name }?.allocation
                states.append(
                    InstanceState(
                        name: name, id: allocation?.ID ?? "", state: allocation?.ClientStatus ?? "missing",
                        isRunning: allocation?.ClientStatus == "running"))
            }
        }
        return AppStatus(states: states.sorted { $0.name < $1.name })
    }

    /// What serves.
    var instances: [Instance] { named.map { Instance(id: $0.allocation.ID, name: $0.name) } }
}
