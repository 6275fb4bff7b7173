import AdapterKit
import DokkuIO
import Glibc

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

/// Where the host's nginx is and how it is spoken to: properties of plugin `nginx`.
struct NginxSettings: Sendable, Equatable {
    /// Where a site's file goes; nginx must include `*.conf` of it.
    var sitesFolder: String
    /// The program, maybe with words in front such as `sudo -n`.
    var command: [String]
    var pidFile: String
    /// How long old workers may take to finish their requests.
    var drain: Duration

    init(_ host: Host, _ app: AppName) throws {
        let properties = host.properties("nginx")
        func value(_ name: String) throws -> String {
            try properties.computed(name, app, default: PropertyCatalog.nginx.defaultValue(of: name))
        }
        sitesFolder = try value("sites-directory")
        command = try value("command").split(separator: " ").map(String.init)
        pidFile = try value("pid-file")
        let text = try value("drain-seconds")
        guard let seconds = Int(text), seconds >= 0 else {
            throw AdapterError(
                .invalidSettings, "nginx property drain-seconds must be a whole number, not '\(text)'",
                hint: "nginx:set --global drain-seconds 30")
        }
        drain = .seconds(seconds)
    }
}

/// nginx's worker processes, as the system shows them.
enum NginxWorkers {
    /// The workers that take requests now; none when nginx does not run.
    static func serving(pidFile: String) -> [Int32] {
        guard let text = try? StateFiles.readText(pidFile), let master = Int32(text.split(separator: "\n").first ?? "")
        else { return [] }
        return ((try? StateFiles.names(in: "/proc")) ?? []).compactMap { Int32($0) }.filter { parent(of: $0) == master }
    }

    private static func parent(of pid: Int32) -> Int32? {
        guard let line = try? StateFiles.readText("/proc/\(pid)/stat"), let name = line.lastIndex(of: ")") else {
            return nil
        }
        return line[line.index(after: name)...].split(separator: " ").dropFirst().first.flatMap { Int32($0) }
    }

    /// Waits until `workers` have finished what they had begun, a bounded time.
    static func waitForEnd(of workers: [Int32], atMost limit: Duration) async {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline, workers.contains(where: { kill($0, 0) == 0 || errno == EPERM }) {
            try? await clock.sleep(for: .milliseconds(50))
        }
    }
}
