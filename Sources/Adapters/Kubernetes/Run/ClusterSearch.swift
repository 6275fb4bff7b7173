import AdapterKit

/// Finds out where the cluster is: what settings and variables name, in kubectl's order.
struct ClusterSearch: Sendable {
    private let settings: KubernetesSettings
    private let context: AdapterContext

    init(settings: KubernetesSettings, context: AdapterContext) {
        self.settings = settings
        self.context = context
    }

    /// - Throws: ``AdapterError`` when that is unknown.
    func address() throws -> ClusterAddress {
        let (paths, isChosen) = paths
        let found = try paths.compactMap { path in try file(path).map { try Kubeconfig($0, file: path) } }
        guard let first = found.first else {
            if !isChosen, let pod = try PodIdentity.address(context) { return pod }
            throw AdapterError(
                .invalidSettings,
                paths.isEmpty
                    ? "no cluster is known: there is neither a kubeconfig nor HOME to look for one in"
                    : "no cluster is known: there is no kubeconfig at \(paths.joined(separator: ", nor at "))",
                hint: Self.hint)
        }
        var kubeconfig = first
        for other in found.dropFirst() { kubeconfig.fill(from: other) }
        let selection = try kubeconfig.selection(settings.kubeContext)
        return ClusterAddress(
            name: "context \(selection.context)", cluster: selection.cluster,
            userName: selection.userName.isEmpty ? "nobody" : "user \(selection.userName)", user: selection.user,
            namespace: selection.namespace, source: paths.joined(separator: ":"))
    }

    static let hint = "scheduler-kubernetes:set --global kubeconfig PATH"

    /// The files to read, and whether somebody named them.
    private var paths: ([String], Bool) {
        if let list = settings.kubeconfig ?? context.variables["KUBECONFIG"] {
            let paths = list.split(separator: ":").map(String.init)
            if !paths.isEmpty { return (paths, true) }
        }
        return (context.variables["HOME"].map { [$0 + "/.kube/config"] } ?? [], false)
    }

    /// `nil` when there is no such file.
    private func file(_ path: String) throws -> [UInt8]? {
        do {
            return try context.readFile(path)
        } catch let error as AdapterError where error.code == .invalidSettings {
            return nil
        }
    }
}
