import JSONDocument

/// Where clusters are and who we are there (client-go's `clientcmd/api/v1` Config), as far as it is understood.
struct Kubeconfig: Sendable, Equatable {
    /// A cluster, a user there and a namespace, under one name.
    struct Context: Sendable, Equatable {
        var cluster: String
        var user: String
        var namespace: String?
    }

    /// Where an API server is and how it proves who it is.
    struct Cluster: Sendable, Equatable {
        /// `https://host:port`, perhaps with a path.
        var server: String
        /// Whom to trust; the system's authorities when `nil`.
        var certificateAuthority: KubeconfigMaterial?
        var skipsVerification = false
        /// The name that the server's certificate must have, where it is not the address's.
        var tlsServerName: String?
        var proxyURL: String?
        /// What exec plugins that ask for the cluster are told beside where it is.
        var pluginConfiguration: JSONValue?
    }

    /// How we prove who we are. More than one way may be given at once.
    struct User: Sendable, Equatable {
        var clientCertificate: KubeconfigMaterial?
        var clientKey: KubeconfigMaterial?
        var token: String?
        /// Goes before ``token``, and is read again when the server refuses what it held.
        var tokenFile: String?
        var username: String?
        var password: String?
        var exec: ExecPlugin?
        /// The name of an `auth-provider`, which clients no longer know.
        var authProvider: String?
        /// Whom to act as.
        var impersonatedUser: String?
        var impersonatedGroups: [String] = []
    }

    var currentContext: String?
    var contexts: [String: Context] = [:]
    var clusters: [String: Cluster] = [:]
    var users: [String: User] = [:]

    /// Takes over what is not here yet. Whole entries: nothing is put together from two files.
    mutating func fill(from other: Kubeconfig) {
        currentContext = currentContext ?? other.currentContext
        contexts.merge(other.contexts) { own, _ in own }
        clusters.merge(other.clusters) { own, _ in own }
        users.merge(other.users) { own, _ in own }
    }

    /// What a context comes to.
    struct Selection: Sendable, Equatable {
        var context: String
        var cluster: Cluster
        /// What the kubeconfig calls the user; empty when the context has none.
        var userName: String
        var user: User
        var namespace: String?
    }

    /// - Parameter name: the context; the current one when `nil`.
    func selection(_ name: String?) throws -> Selection {
        guard let name = name ?? currentContext else {
            throw KubeconfigProblem.noContext(known: contexts.keys.sorted())
        }
        guard let context = contexts[name] else {
            throw KubeconfigProblem.unknownContext(name, known: contexts.keys.sorted())
        }
        guard let cluster = clusters[context.cluster] else {
            throw KubeconfigProblem.unknownEntry(context: name, "cluster", context.cluster)
        }
        guard context.user.isEmpty || users[context.user] != nil else {
            throw KubeconfigProblem.unknownEntry(context: name, "user", context.user)
        }
        let user = users[context.user] ?? User()
        if let provider = user.authProvider { throw KubeconfigProblem.authProvider(user: context.user, provider) }
        return Selection(
            context: name, cluster: cluster, userName: context.user, user: user,
            namespace: context.namespace)
    }
}

/// Certificates and keys (PEM), in the kubeconfig itself or in a file beside it.
enum KubeconfigMaterial: Sendable, Equatable {
    case inline([UInt8])
    case file(String)

    func bytes(_ readFile: (String) throws -> [UInt8]) throws -> [UInt8] {
        switch self {
        case .inline(let bytes): bytes
        case .file(let path): try readFile(path)
        }
    }
}

/// A program that is asked for credentials (client.authentication.k8s.io).
struct ExecPlugin: Sendable, Equatable {
    var apiVersion: String
    /// Looked up in `PATH` when it has no slash.
    var command: String
    var arguments: [String]
    /// Beside the variables that we have ourselves.
    var environment: [String: String]
    /// Whether it is told of the cluster.
    var wantsCluster: Bool
    /// Whether it cannot do without somebody at a terminal.
    var needsTerminal: Bool
    /// What the kubeconfig says to those who do not have the program.
    var installHint: String?
}

/// Why a kubeconfig is of no use. Holds no value of it but the names of entries.
enum KubeconfigProblem: Error, Sendable, Equatable {
    case malformed(file: String, String)
    case noContext(known: [String])
    case unknownContext(String, known: [String])
    /// A context names a cluster or user that there is none of.
    case unknownEntry(context: String, String, String)
    /// A user proves itself in a way that no client knows any more.
    case authProvider(user: String, String)
}
