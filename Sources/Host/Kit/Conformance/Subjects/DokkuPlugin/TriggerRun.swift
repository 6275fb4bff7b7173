import AdapterKit
import Foundation
import Subprocess

/// One run of a trigger file, joined to a console by pipes as Dokku's callers do.
struct TriggerRun: Sendable {
    let words: [String]
    let variables: [String: String]
    /// Whether it gets what the person types; otherwise its input is at its end.
    let readsInput: Bool

    /// How long what is told to end may take.
    private static let grace = Duration.seconds(12)

    /// Runs it to its end. Cancelled, all that it has started is told so by TERM, as `builds:cancel` does with a
    /// signal to the whole group, and ended by KILL after a while; its output is read to the end.
    /// - Throws: ``AdapterError`` when it cannot be started; `CancellationError`.
    func ended(_ console: any Console) async throws -> TriggerOutput {
        try Task.checkCancellation()
        let leader = Synchronized<Int32>(0)
        let isCancelled = Synchronized(false)
        let work = Task.detached { try await run(console, leader) { isCancelled.value } }
        let output = try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            isCancelled.value = true
            Self.end(leader)
        }
        try Task.checkCancellation()
        return output
    }

    private static func end(_ leader: Synchronized<Int32>) {
        signal(leader, SIGTERM)
        Task.detached {
            try? await Task.sleep(for: grace)
            signal(leader, SIGKILL)
        }
    }

    /// Read once: without a leader the signal would go to our own group.
    private static func signal(_ leader: Synchronized<Int32>, _ number: Int32) {
        let group = leader.value
        if group > 0 { kill(-group, number) }
    }

    private func run(
        _ console: any Console, _ leader: Synchronized<Int32>, _ isCancelled: @escaping @Sendable () -> Bool
    ) async throws -> TriggerOutput {
        let kept = Synchronized(TriggerOutput())
        var options = PlatformOptions()
        options.processGroupID = 0
        let environment = Environment.inherit.updating(
            Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) }))
        do {
            let ended = try await Subprocess.run(
                .path(.init(words[0])), arguments: Arguments(Array(words.dropFirst())), environment: environment,
                platformOptions: options, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                leader.value = execution.processIdentifier.value
                if isCancelled() { Self.end(leader) }
                let group = execution.processIdentifier.value
                var isRead = false
                defer {
                    leader.value = 0
                    // Nobody reads any more: it is not to go on without us.
                    if !isRead { kill(-group, SIGTERM) }
                }
                try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    tasks.addTask {
                        try await Self.copy(execution.standardOutput, to: console, .output, kept)
                        return true
                    }
                    tasks.addTask {
                        try await Self.copy(execution.standardError, to: console, .error, kept)
                        return true
                    }
                    tasks.addTask {
                        try await feed(execution.standardInputWriter, from: console)
                        return false
                    }
                    var open = 2
                    while open > 0, let isOutput = try await tasks.next() { if isOutput { open -= 1 } }
                    tasks.cancelAll()
                }
                isRead = true
            }
            var output = kept.value
            switch ended.terminationStatus {
            case .exited(let code): output.status = ExitStatus(rawValue: Int32(code))
            case .signaled(let signal): output.status = ExitStatus(rawValue: 128 + Int32(signal))
            }
            return output
        } catch let error as SubprocessError {
            throw AdapterError(.hostTrouble, "\(words.dropFirst().first ?? "") could not be run", details: ["\(error)"])
        }
    }

    private static func copy(
        _ output: SubprocessOutputSequence, to console: any Console, _ channel: OutputChannel,
        _ kept: Synchronized<TriggerOutput>
    ) async throws {
        for try await buffer in output {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            guard !bytes.isEmpty else { continue }
            kept.update { $0.add(bytes, channel) }
            try await console.write(bytes, to: channel)
        }
    }

    private func feed(_ writer: StandardInputWriter, from console: any Console) async throws {
        while readsInput, case let input = try await console.read(), input != .end {
            if case .bytes(let bytes) = input { _ = try? await writer.write(bytes) }
        }
        try? await writer.finish()
    }
}
