import FoundationEssentials
import JSONDocument
import YAMLDocument

extension Kubeconfig {
    /// Reads one file.
    /// - Parameter file: its path, for messages; relative paths inside are relative to its folder.
    init(_ bytes: [UInt8], file: String) throws {
        do {
            let document = try YAMLDocument.value(of: bytes)
            let reader = KubeconfigReader(file: file)
            guard document != .null else { return }
            guard document.fields != nil else { throw reader.malformed("it is no mapping") }
            currentContext = try reader.text(document, "current-context", "")
            contexts = try reader.entries(document, "contexts", "context", reader.context)
            clusters = try reader.entries(document, "clusters", "cluster", reader.cluster)
            users = try reader.entries(document, "users", "user", reader.user)
        } catch let problem as YAMLProblem {
            throw KubeconfigProblem.malformed(file: file, "\(problem)")
        }
    }
}

/// Takes the entries of a kubeconfig apart.
private struct KubeconfigReader {
    let file: String

    func malformed(_ text: String) -> KubeconfigProblem { .malformed(file: file, text) }

    /// A list of `{name: …, KIND: {…}}`.
    func entries<Entry>(
        _ document: JSONValue, _ list: String, _ kind: String, _ read: (JSONValue, String) throws -> Entry
    ) throws -> [String: Entry] {
        var entries: [String: Entry] = [:]
        guard let value = document[list], value != .null else { return [:] }
        guard let items = value.items else { throw malformed("\(list) is no list") }
        for (index, item) in items.enumerated() {
            let place = "\(list)[\(index)]"
            guard let name = try text(item, "name", place) else { throw malformed("\(place) has no name") }
            guard entries[name] == nil else { throw malformed("\(list) has two entries called \(name)") }
            let content = item[kind] ?? .object([:])
            guard content == .null || content.fields != nil else { throw malformed("\(place).\(kind) is no mapping") }
            entries[name] = try read(content, "\(place).\(kind)")
        }
        return entries
    }

    func context(_ value: JSONValue, _ place: String) throws -> Kubeconfig.Context {
        Kubeconfig.Context(
            cluster: try text(value, "cluster", place) ?? "", user: try text(value, "user", place) ?? "",
            namespace: try text(value, "namespace", place))
    }

    func cluster(_ value: JSONValue, _ place: String) throws -> Kubeconfig.Cluster {
        guard var server = try text(value, "server", place) else { throw malformed("\(place) has no server") }
        if !server.contains("://") { server = "https://" + server }
        while server.last == "/" { server.removeLast() }
        return Kubeconfig.Cluster(
            server: server, certificateAuthority: try material(value, "certificate-authority", place),
            skipsVerification: try flag(value, "insecure-skip-tls-verify", place),
            tlsServerName: try text(value, "tls-server-name", place), proxyURL: try text(value, "proxy-url", place),
            pluginConfiguration: value["extensions"]?.items?.first {
                $0["name"]?.text == "client.authentication.k8s.io/exec"
            }?["extension"])
    }

    func user(_ value: JSONValue, _ place: String) throws -> Kubeconfig.User {
        Kubeconfig.User(
            clientCertificate: try material(value, "client-certificate", place),
            clientKey: try material(value, "client-key", place), token: try text(value, "token", place),
            tokenFile: try text(value, "tokenFile", place).map(absolute), username: try text(value, "username", place),
            password: try text(value, "password", place), exec: try exec(value, place),
            authProvider: try value["auth-provider"].map { try text($0, "name", place + ".auth-provider") ?? "" },
            impersonatedUser: try text(value, "as", place),
            impersonatedGroups: try texts(value, "as-groups", place))
    }

    private func exec(_ user: JSONValue, _ place: String) throws -> ExecPlugin? {
        guard let value = user["exec"], value != .null else { return nil }
        let place = place + ".exec"
        guard let version = try text(value, "apiVersion", place), let command = try text(value, "command", place) else {
            throw malformed("\(place) needs apiVersion and command")
        }
        var environment: [String: String] = [:]
        for item in value["env"]?.items ?? [] {
            guard let name = try text(item, "name", place + ".env") else { throw malformed("\(place).env has no name") }
            environment[name] = try text(item, "value", place + ".env") ?? ""
        }
        return ExecPlugin(
            apiVersion: version, command: command.contains("/") ? absolute(command) : command,
            arguments: try texts(value, "args", place), environment: environment,
            wantsCluster: try flag(value, "provideClusterInfo", place),
            needsTerminal: try text(value, "interactiveMode", place) == "Always",
            installHint: try text(value, "installHint", place))
    }

    private func material(_ value: JSONValue, _ key: String, _ place: String) throws -> KubeconfigMaterial? {
        guard let encoded = try text(value, key + "-data", place) else {
            return try text(value, key, place).map { .file(absolute($0)) }
        }
        guard let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters), !data.isEmpty else {
            throw malformed("\(place).\(key)-data is not encoded in base64")
        }
        return .inline(Array(data))
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// The text of a field; empty counts as unset. Numbers are no text, as for kubectl.
    func text(_ value: JSONValue, _ key: String, _ place: String) throws -> String? {
        guard let field = value[key], field != .null else { return nil }
        guard let text = field.text else {
            throw malformed("\(place.isEmpty ? "" : place + ".")\(key) is no text: put it in quotes")
        }
        return text.isEmpty ? nil : text
    }

    private func texts(_ value: JSONValue, _ key: String, _ place: String) throws -> [String] {
        guard let field = value[key], field != .null else { return [] }
        guard let items = field.items, items.allSatisfy({ $0.text != nil }) else {
            throw malformed("\(place).\(key) is no list of texts")
        }
        return items.compactMap(\.text)
    }

    private func flag(_ value: JSONValue, _ key: String, _ place: String) throws -> Bool {
        guard let field = value[key], field != .null else { return false }
        guard let flag = field.flag else { throw malformed("\(place).\(key) must be true or false") }
        return flag
    }
}
