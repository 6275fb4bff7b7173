import AdapterKit
import Subprocess

/// Programs of the host.
package enum HostPrograms {
    package struct Output: Sendable, Equatable {
        package var status: ExitStatus
        /// Standard output and error.
        package var text: String
        package var isSuccess: Bool { status == .success }
    }

    /// Runs `words` and waits. A program that writes more than 1 MB is ended.
    /// - Throws: ``AdapterError`` when the program cannot be started.
    package static func run(_ words: [String]) async throws -> Output {
        guard let name = words.first else { throw AdapterError(.invalidInput, "there is no program to run") }
        do {
            let result = try await Subprocess.run(
                name.contains("/") ? .path(.init(name)) : .name(name), arguments: Arguments(Array(words.dropFirst())),
                output: .string(limit: 1 << 20), error: .combinedWithOutput)
            let status =
                switch result.terminationStatus {
                case .exited(let code): ExitStatus(rawValue: Int32(code))
                case .signaled(let signal): ExitStatus(rawValue: 128 + Int32(signal))
                }
            return Output(status: status, text: result.standardOutput)
        } catch let error as SubprocessError {
            throw AdapterError(
                .hostTrouble, "\(name) could not be run: \(error)", hint: "see whether \(name) is installed")
        }
    }
}
