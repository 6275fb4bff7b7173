import AdapterKit
import FoundationEssentials
import Glibc
import ProcessStreams

/// Makes a program out of an adapter: `await AdapterMain.run(.mine)` is all that its `main` needs.
///
/// The program answers one call a run, named by its first argument, as <doc:AnAdapterInAnyLanguage> tells.
public enum AdapterMain {
    /// The exit status of a call that the adapter does not answer. Dokku's own number for it.
    public static let unsupported: Int32 = 10

    /// Answers the call that the process was started for, and ends it.
    public static func run(_ plugin: AdapterPlugin) async -> Never {
        exit(await run(plugin, arguments: Array(CommandLine.arguments.dropFirst())))
    }

    /// Answers the call that `arguments` name, reading and writing the files that the environment names.
    /// - Returns: the exit status.
    public static func run(_ plugin: AdapterPlugin, arguments: [String]) async -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        guard let word = arguments.first, let call = AdapterCall(rawValue: word) else {
            complain("usage: \(AdapterCall.allCases.map(\.rawValue).joined(separator: "|"))")
            return unsupported
        }
        let (signal, outcome) = await Signals.cancelling { () async throws -> (WireResult, ExitStatus) in
            guard call != .manifest else {
                var result = WireResult()
                result.manifest = ProgramManifest(plugin)
                return (result, .success)
            }
            guard let path = environment["ADAPTER_REQUEST"], let bytes = FileManager.default.contents(atPath: path)
            else {
                throw AdapterError(.invalidInput, "ADAPTER_REQUEST names no file with a request")
            }
            let request = try WireRequest(decoding: Array(bytes))
            guard request.call == call else {
                throw AdapterError(.invalidInput, "the request is for \(request.call.rawValue), not \(word)")
            }
            return try await WireService(plugin, request).answer()
        }
        return finish(outcome, signal: signal, resultPath: environment["ADAPTER_RESULT"])
    }

    private static func finish(
        _ outcome: Result<(WireResult, ExitStatus), any Error>, signal: Int32?, resultPath: String?
    ) -> Int32 {
        var result = WireResult()
        var status: Int32
        switch outcome {
        case .success(let (answer, exit)):
            result = answer
            status = exit.rawValue
        case .failure(let error):
            let told = error as? AdapterError
            result.error =
                told ?? (error is CancellationError ? nil : AdapterError(.unexpectedReply, "\(error)"))
            status = signal.map { 128 + $0 } ?? (told?.code == .unsupported ? unsupported : 1)
        }
        if let resultPath {
            do {
                try Data(result.encoded()).write(to: URL(filePath: resultPath))
            } catch {
                complain("the result could not be written to \(resultPath)")
                if status == 0 { status = 1 }
            }
        }
        return status
    }

    private static func complain(_ text: String) {
        _ = Array(" !     \(text)\n".utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
