import AdapterKit
import FoundationEssentials
import ProcessStreams
import Subprocess

/// One call of an adapter that is a program: one run of it.
struct ProgramRun: Sendable {
    private let program: AdapterProgram
    private let request: WireRequest
    private let console: any Console

    /// How long a program that is told to stop may take.
    private static let grace = Duration.seconds(20)

    init(_ program: AdapterProgram, _ request: WireRequest, console: any Console) {
        self.program = program
        self.request = request
        self.console = console
    }

    /// Runs the program to its end. Cancelled, it is told so by TERM, and ended by KILL after a while.
    /// - Throws: ``AdapterError`` when it cannot be started or leaves no readable result.
    func ended() async throws -> (ExitStatus, WireResult) {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        try folder.write(request.encoded(), to: "request.json")
        let ending = try await run(requestAt: folder.path + "/request.json", resultAt: folder.path + "/result.json")
        try Task.checkCancellation()
        let bytes = FileManager.default.contents(atPath: folder.path + "/result.json").map(Array.init) ?? []
        return (ending, try WireResult(decoding: bytes))
    }

    private func run(requestAt request: String, resultAt result: String) async throws -> ExitStatus {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: Self.grace)]
        let executable = Executable.path(.init(program.command[0]))
        let arguments = Arguments(Array(program.command.dropFirst()) + [self.request.call.rawValue])
        let environment = Environment.custom(
            variables.merging(["ADAPTER_REQUEST": request, "ADAPTER_RESULT": result]) { $1 })
        do {
            if console is Terminal {
                // The program has the person's own terminal: sizes, keys and colours are its business.
                return Self.status(
                    try await Subprocess.run(
                        executable, arguments: arguments, environment: environment, platformOptions: options,
                        input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError
                    ).terminationStatus)
            }
            let ended = try await Subprocess.run(
                executable, arguments: arguments, environment: environment, platformOptions: options,
                input: .inputWriter, output: .sequence, error: .sequence
            ) { [console] execution in
                try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    tasks.addTask {
                        try await Self.copy(execution.standardOutput, to: console, .output)
                        return true
                    }
                    tasks.addTask {
                        try await Self.copy(execution.standardError, to: console, .error)
                        return true
                    }
                    tasks.addTask {
                        try await Self.feed(execution.standardInputWriter, from: console)
                        return false
                    }
                    // What it reads no more of is not waited for.
                    var open = 2
                    while open > 0, let isOutput = try await tasks.next() { if isOutput { open -= 1 } }
                    tasks.cancelAll()
                }
            }
            return Self.status(ended.terminationStatus)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw AdapterError(
                .hostTrouble, "the adapter \(program.command[0]) could not be run", details: ["\(error)"])
        }
    }

    /// What a program sees: its declared variables and what every program needs.
    private var variables: [Environment.Key: String] {
        let common = ["PATH", "HOME", "LANG", "TERM", "TMPDIR", "TZ"]
        let own = ProcessInfo.processInfo.environment.filter { common.contains($0.key) }
        return Dictionary(
            uniqueKeysWithValues: own.merging(request.variables) { $1 }.map { (Environment.Key(stringLiteral: $0), $1) }
        )
    }

    private static func status(_ ended: TerminationStatus) -> ExitStatus {
        switch ended {
        case .exited(let code): ExitStatus(rawValue: Int32(code))
        case .signaled(let signal): ExitStatus(rawValue: 128 + Int32(signal))
        }
    }

    private static func copy(
        _ output: SubprocessOutputSequence, to console: any Console, _ channel: OutputChannel
    ) async throws {
        for try await buffer in output {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            if !bytes.isEmpty { try await console.write(bytes, to: channel) }
        }
    }

    private static func feed(_ writer: StandardInputWriter, from console: any Console) async throws {
        while true {
            switch try await console.read() {
            case .bytes(let bytes): _ = try? await writer.write(bytes)
            case .resized: break
            case .end:
                try? await writer.finish()
                return
            }
        }
    }
}

/// A folder that nobody else can read.
private struct PrivateFolder {
    let path: String

    init() throws {
        let name = "linkspan-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.path + "/" + name
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw AdapterError(
                .hostTrouble, "no folder can be made below \(FileManager.default.temporaryDirectory.path)")
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = path + "/" + name
        guard
            FileManager.default.createFile(atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw AdapterError(.hostTrouble, "\(file) could not be written") }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
