import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsDestroy: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:destroy", abstract: "Permanently destroy an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Flag(name: [.long, .customShort("f")], help: "Do not ask.")
    var force = false

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        if !force { try await confirm(app, on: host) }
        try await AppLifecycle(host).destroy(app)
        return .success
    }
}

extension AppsDestroy {
    /// Lets a person type the app's name; anything else keeps the app.
    private func confirm(_ app: AppName, on host: Host) async throws {
        await host.console.showError(" !     WARNING: Potentially Destructive Action")
        await host.console.showError(" !     This command will destroy \(app) (including all add-ons).")
        await host.console.showError(" !     To proceed, type \"\(app)\"")
        var typed: [UInt8] = []
        while !typed.contains(10), case .bytes(let bytes) = try await host.console.read() { typed += bytes }
        let answer = String(decoding: typed.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
        guard answer == app.description else {
            throw AdapterError(
                .invalidInput, "Confirmation did not match \(app). Aborted.", hint: "apps:destroy --force \(app)")
        }
    }
}
