import AdapterKit

/// The smallest ACL policy that will do.
struct AccessPolicy: Sendable, Equatable {
    /// What the adapter makes use of in the app's namespace, as policies spell it.
    static let capabilities = ["list-jobs", "read-job", "submit-job", "read-logs", "alloc-exec"]
    /// What it does with the Variables of the app's jobs.
    static let variableCapabilities = ["read", "write", "destroy"]

    let namespace: String
    /// The paths of the Variables, `*` at the end for all that begin so; empty where the servers have none.
    let variables: [String]

    /// - Parameter app: the app whose jobs' Variables are meant; `nil` for all jobs'.
    init(namespace: String, app: AppName?, hasVariables: Bool) {
        self.namespace = namespace
        let jobs = app.map { [Name.job($0), Name.taskPrefix($0) + "*", Name.cronPrefix($0) + "*"] } ?? ["*"]
        variables = hasVariables ? jobs.map { "nomad/jobs/" + $0 } : []
    }

    /// The policy in HCL, as `nomad acl policy apply` takes it.
    var rules: String {
        func list(_ words: [String]) -> String { "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        var lines = ["namespace \"\(namespace)\" {", "  capabilities = \(list(Self.capabilities))"]
        if !variables.isEmpty {
            lines += ["", "  variables {"]
            for path in variables {
                lines += [
                    "    path \"\(path)\" {", "      capabilities = \(list(Self.variableCapabilities))", "    }",
                ]
            }
            lines.append("  }")
        }
        lines += [
            "}", "",
            "# Lets us ask for the version and for the nodes' drivers; what is not known is found out otherwise.",
            "agent {", "  policy = \"read\"", "}", "", "node {", "  policy = \"read\"", "}", "",
            "# Where apps mount volumes, besides: \"csi-mount-volume\" among the capabilities for those of plugins,",
            "# host_volume \"NAME\" { policy = \"write\" } for one of the nodes' own.",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
