import AdapterKit

/// The words of `registry:login`, of which Dokku has had several orders (contract 5.3).
package struct RegistryLoginWords: Sendable, Equatable {
    package private(set) var app: String?
    package private(set) var server = ""
    package private(set) var user = ""
    package private(set) var password = ""
    private var isDeprecated = false

    /// - Parameter password: what was read from standard input, if anything was to be.
    package init(_ words: [String], isGlobal: Bool, password: String?) {
        let isComplete = password == nil ? 3 : 2
        var rest = words[...]
        if !isGlobal {
            if words.count == isComplete {
                isDeprecated = true
            } else if words.count > isComplete {
                app = rest.removeFirst()
            } else {
                rest = []
            }
        }
        server = rest.popFirst() ?? ""
        user = rest.popFirst() ?? ""
        self.password = password ?? rest.popFirst() ?? ""
    }

    /// The words, complete.
    /// - Parameter warn: takes what Dokku says of an old order.
    /// - Throws: ``AdapterError`` with Dokku's words for what is missing.
    package func taken(warn: (String) async -> Void) async throws -> RegistryLoginWords {
        if isDeprecated { await warn("Deprecated: please use --global flag for global registry login") }
        for (value, name) in [(server, "server"), (user, "username"), (password, "password")] where value.isEmpty {
            throw AdapterError(.invalidInput, "Missing \(name) argument")
        }
        return self
    }
}
