import ProcessStreams
import AdapterKit
import FoundationEssentials
import SchedulerHost

/// A call by Dokku.
enum TriggerCommand {
    /// - Returns: the process's exit status.
    static func run(_ name: String, _ arguments: [String]) async -> Int32 {
        await Execution.run(arguments, isTrigger: true) { host in
            try await Dispatcher(host).answer(try TriggerCall(name, arguments))
        }
    }
}

/// Work with signals as cancellation and failures as words and exit statuses.
enum Execution {
    /// - Parameters:
    ///   - words: what was asked for, in which an app may be named.
    ///   - isTrigger: whether a Dokku that called knows no exit statuses but its own.
    static func run(
        _ words: [String], isTrigger: Bool = false, _ work: @escaping @Sendable (Host) async throws -> ExitStatus
    ) async -> Int32 {
        let host: Host
        do {
            host = try Host(environment: ProcessInfo.processInfo.environment)
        } catch {
            for line in ExitMapping.lines(for: error, signal: nil) { Output.error(" !     " + line) }
            return ExitMapping.failed
        }
        let (signal, result) = await Signals.cancelling { try await work(host) }
        if host.isVerbose, host.console.requests.total > 0 {
            Output.error(" ?     \(host.console.requests.total) requests to the backend")
        }
        switch result {
        case .success(let status): return status.rawValue
        case .failure(let error):
            let isDokku = host.layout.isDokku
            let app = host.subject(of: words)
            for line in ExitMapping.lines(for: error, signal: signal, isDokku: isDokku, app: app) {
                await host.console.showError(" !     " + line)
            }
            return ExitMapping.status(of: error, signal: signal, isDokku: isDokku && isTrigger)
        }
    }
}
