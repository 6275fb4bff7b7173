import AdapterKit
import DokkuIO
import SchedulerHost

/// What is checked: an adapter, however it comes.
public struct Subject: Sendable {
    /// What it is called in reports.
    public let name: String
    /// How it is reached, as a report tells it.
    public let form: Form
    /// Which API it speaks.
    public let backend: BackendKind
    package let plugin: AdapterPlugin
    /// Whether recordings under its name were made with it.
    package var isRecorded = false
    /// The version that a state machine behind it claims, one of ``BackendKind/faces``; `nil` for the first.
    public var face: String?

    /// It once for each version that a state machine behind it can claim; it alone where that makes no difference.
    public var onEachFace: [Subject] {
        guard face == nil, !backend.faces.isEmpty else { return [self] }
        return backend.faces.map { version in
            var subject = self
            subject.face = version
            return subject
        }
    }

    /// How an adapter is reached.
    public enum Form: String, Sendable, Codable {
        /// As Swift code in this process.
        case inProcess = "in process"
        /// As a program, one run a call.
        case program
        /// As a Dokku plugin's trigger files.
        case dokkuPlugin = "Dokku plugin"
    }

    /// An adapter in this process.
    public init(_ plugin: AdapterPlugin, backend: BackendKind? = nil) {
        self.init(name: plugin.manifest.scheduler, form: .inProcess, plugin: plugin, backend: backend)
    }

    package init(name: String, form: Form, plugin: AdapterPlugin, backend: BackendKind?) {
        self.name = name
        self.form = form
        self.plugin = plugin
        self.backend = backend ?? BackendKind(plugin)
    }

    /// How many times faster than real time the backend's workloads run. The waits of a Dokku plugin are its own, and
    /// cannot be made shorter.
    package var speed: Double { form == .dokkuPlugin ? 1 : 50 }

    /// How long a case may take.
    package var limit: Duration { form == .dokkuPlugin ? .seconds(180) : .seconds(60) }

    /// The adapter at `path`: a folder with `adapter.json` and `adapter`, or an executable.
    /// - Throws: ``AdapterError`` that says what is missing.
    public static func program(at path: String, backend: BackendKind? = nil) async throws -> Subject {
        let program = try await AdapterProgram.at(path)
        return Subject(
            name: program.manifest.manifest.scheduler, form: .program, plugin: program.plugin, backend: backend)
    }

    /// The adapter that `command` is, followed by a call's name.
    package static func program(_ command: [String], backend: BackendKind? = nil) async throws -> Subject {
        let program = try await AdapterProgram.asking(command)
        return Subject(
            name: program.manifest.manifest.scheduler, form: .program, plugin: program.plugin, backend: backend)
    }
}
