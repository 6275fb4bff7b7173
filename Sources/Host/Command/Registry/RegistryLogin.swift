import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RegistryLogin: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry:login", abstract: "Login to a docker registry",
        discussion: "A password that is an argument can be seen by every user of this machine: use --password-stdin.")

    @Flag(help: "For all apps that have no login of their own.")
    var global = false

    @Flag(name: .customLong("password-stdin"), help: "Read the password from standard input.")
    var readsPassword = false

    @Flag(
        name: .customLong("pull-only"), help: "Keep it for schedulers to pull with; pushes go on with the other login.")
    var pullsOnly = false

    @Argument(help: "[APP] SERVER USERNAME [PASSWORD]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        // Dokku reads it before it looks at anything else.
        let password = readsPassword ? try await host.console.text() : nil
        let access = try await RegistryLoginWords(words, isGlobal: global, password: password).taken { text in
            await host.console.showError(" !     " + text)
        }
        let scope = try access.app.map { PropertyScope.app(try host.app($0)) } ?? .global
        try await RegistryAccess(host, scope).login(
            access.server, access.user, access.password, pullsOnly: pullsOnly)
        return .success
    }
}

extension Console {
    /// All that is piped in, without blanks and newlines at both ends.
    fileprivate func text() async throws -> String {
        var bytes: [UInt8] = []
        while true {
            switch try await read() {
            case .bytes(let more): bytes += more
            case .resized: continue
            case .end:
                let blanks: Set<UInt8> = [9, 10, 13, 32]
                while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
                return String(decoding: bytes.drop { blanks.contains($0) }, as: UTF8.self)
            }
        }
    }
}

struct RegistryLogout: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry:logout", abstract: "Logout from a docker registry")

    @Flag(help: "Of all apps that have no login of their own.")
    var global = false

    @Argument(help: "[APP] SERVER")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let isGlobal = global || words.count == 1
        guard let server = isGlobal ? words.first : words.dropFirst().first, !server.isEmpty else {
            throw AdapterError(.invalidInput, "Missing server argument")
        }
        let scope = isGlobal ? PropertyScope.global : .app(try host.app(words.first ?? ""))
        try await RegistryAccess(host, scope).logout(server)
        return .success
    }
}
