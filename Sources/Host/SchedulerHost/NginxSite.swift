import AdapterKit
import DokkuIO
import ProcessStreams

/// An app's site of the host's nginx, for use without a Dokku. On only where `proxy:set APP type nginx` says so.
struct NginxSite: Sendable {
    private let host: Host
    private let app: AppName
    private let settings: NginxSettings

    init(_ host: Host, _ app: AppName) throws {
        self.host = host
        self.app = app
        settings = try NginxSettings(host, app)
    }

    /// Whether nginx is to lead traffic to the app.
    private var isWanted: Bool {
        get throws { try host.properties("proxy").computed("type", app) == "nginx" }
    }

    private var path: String { "\(settings.sitesFolder)/linkspan-\(app).conf" }

    /// Leads the app's domains to `instances`; returns when no request goes to other instances any more.
    ///
    /// A configuration that nginx refuses is taken back. Nginx is reloaded, never restarted, so no connection is
    /// lost; old worker processes are waited for, because they still pass requests to the instances before.
    func publish(_ instances: [Instance], routes: Routes) async throws {
        // A site that stays would lead to addresses that other apps may have by then.
        guard try isWanted else { return try await remove() }
        guard !routes.domains.isEmpty else {
            try await remove()
            await host.console.report(
                .warning("\(app) has no domain, so nginx leads nowhere: domains:add \(app) DOMAIN"))
            return
        }
        await host.console.report(.detail("Configuring \(routes.domains.joined(separator: " ")) (nginx)"))
        try StateFiles.sweep(settings.sitesFolder)
        let before = try StateFiles.read(path)
        try StateFiles.write(
            NginxConfiguration.text(app: app, instances: instances, routes: routes), to: path, mode: 0o644)
        do {
            try await reload()
        } catch {
            if let before { try StateFiles.write(before, to: path, mode: 0o644) } else { try StateFiles.remove(path) }
            throw error
        }
    }

    func remove() async throws {
        guard StateFiles.exists(path) else { return }
        try StateFiles.remove(path)
        try await reload()
    }

    private func reload() async throws {
        let test = try await HostPrograms.run(settings.command + ["-t"])
        guard test.isSuccess else {
            throw AdapterError(
                .conflict, "nginx refuses the site of \(app)",
                details: test.text.split(separator: "\n").map(String.init).filter { !$0.contains("test failed") },
                hint: (settings.command + ["-t"]).joined(separator: " "))
        }
        let workers = NginxWorkers.serving(pidFile: settings.pidFile)
        let reload = try await HostPrograms.run(settings.command + ["-s", "reload"])
        guard reload.isSuccess else {
            throw AdapterError(
                .hostTrouble, "nginx could not be reloaded",
                details: reload.text.split(separator: "\n").map(String.init), hint: "see whether nginx runs")
        }
        await NginxWorkers.waitForEnd(of: workers, atMost: settings.drain)
    }
}
