import AdapterKit
import FoundationEssentials

/// An adapter that is a program: a folder with `adapter.json` and `adapter`, or an executable that tells its manifest
/// itself.
package struct AdapterProgram: Sendable {
    /// The program and words that go before the call's name.
    package let command: [String]
    package let manifest: ProgramManifest

    package init(command: [String], manifest: ProgramManifest) {
        self.command = command
        self.manifest = manifest
    }

    /// Reads what lies at `path`: a folder with `adapter.json` and `adapter`, such an `adapter.json` beside an
    /// executable, or an executable that answers the call `manifest`.
    /// - Throws: ``AdapterError`` that says what is missing.
    package static func at(_ path: String) async throws -> AdapterProgram {
        let files = FileManager.default
        var isFolder = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw AdapterError(.notFound, "there is no adapter at \(path)")
        }
        let program = isFolder ? path + "/adapter" : path
        guard files.isExecutableFile(atPath: program) else {
            throw AdapterError(.invalidSettings, "\(program) is no executable file", hint: "chmod +x \(program)")
        }
        let folder = isFolder ? path : String(path.lastIndex(of: "/").map { path[..<$0] } ?? ".")
        let description = folder + "/adapter.json"
        guard let bytes = files.contents(atPath: description) else {
            guard !isFolder else {
                throw AdapterError(.invalidSettings, "\(path) has no adapter.json", hint: "\(program) manifest")
            }
            return try await asking([program])
        }
        do {
            let manifest = try JSONDecoder().decode(ProgramManifest.self, from: bytes)
            return try AdapterProgram(command: [program], manifest: manifest).checked()
        } catch let error as DecodingError {
            throw AdapterError(.invalidSettings, "\(description) is no manifest", details: ["\(error)"])
        }
    }

    /// Asks `command` for its manifest.
    package static func asking(_ command: [String]) async throws -> AdapterProgram {
        let empty = ProgramManifest(
            AdapterPlugin(
                manifest: Manifest(scheduler: "", capabilities: [], images: .none, cron: .none),
                make: { _ in throw AdapterError(.unsupported, "not made here") }))
        let request = WireRequest(
            .manifest, settings: Settings(plugin: "", values: [:]), variables: [:], origin: "", time: 0)
        let run = ProgramRun(AdapterProgram(command: command, manifest: empty), request, console: NobodysConsole())
        let (status, result) = try await run.ended()
        guard status == .success, let manifest = result.manifest else {
            throw AdapterError(
                .invalidSettings, "\(command.joined(separator: " ")) told no manifest",
                details: ["it ended with code \(status.rawValue)"],
                hint: "put an adapter.json beside it, or answer the call 'manifest'")
        }
        return try AdapterProgram(command: command, manifest: manifest).checked()
    }

    private func checked() throws -> AdapterProgram {
        guard manifest.version == WireRequest.currentVersion else {
            throw AdapterError(
                .unsupported,
                "\(command[0]) speaks version \(manifest.version) of the adapter protocol, this is version "
                    + "\(WireRequest.currentVersion)")
        }
        return self
    }

    /// The adapter as any other.
    package var plugin: AdapterPlugin {
        AdapterPlugin(
            manifest: manifest.manifest, settings: manifest.settings, variables: manifest.variables,
            make: { context in ExecutableAdapter(program: self, context: context) })
    }
}
