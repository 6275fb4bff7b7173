import AdapterKit
import Conformance
import Foundation
import TestSupport
import Testing

/// Plugins of Dokku, driven through their trigger files.
struct DokkuPluginTests {
    private static let tiny = Fixtures.folder + "/fixtures/dokku-plugins/scheduler-tiny"

    /// The sample uses the program `docker`, as plugins do.
    static let hasDocker = ["/usr/local/bin/docker", "/usr/bin/docker"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test func aFolderTellsWhatItIs() async throws {
        let subject = try #require(try await Subjects.named(Self.tiny).first)
        #expect(subject.name == "tiny")
        #expect(subject.form == .dokkuPlugin)
        #expect(subject.backend == .docker)
        #expect(subject.plugin.manifest.capabilities == [])
        #expect(subject.plugin.manifest.images == .localEngine)
        #expect(subject.plugin.manifest.cron == .scheduler)
    }

    @Test func triggerFilesAreClaims() async throws {
        let plugin = try PluginCopy("scheduler-more")
        try plugin.trigger("scheduler-run", "exit 0")
        try plugin.trigger("scheduler-inspect", "exit 0")
        try plugin.trigger("scheduler-uses-host-cron", "echo true")
        try plugin.write("scheduler-enter", "a file that nobody can run")
        let manifest = try await Subject.dokkuPlugin(at: plugin.path).plugin.manifest
        #expect(manifest.scheduler == "more")
        #expect(manifest.capabilities == [.run, .inspect])
        #expect(manifest.cron == .host)
    }

    @Test func aNameThatDoesNotTellIsAskedFor() async throws {
        let plugin = try PluginCopy("sailing")
        await #expect(throws: AdapterError.self) { try await Subjects.named(plugin.path) }
        let subject = try #require(try await Subjects.named(plugin.path, scheduler: "tiny").first)
        #expect(subject.name == "tiny")
    }

    @Test func aFolderWithoutTriggersIsRefused() async throws {
        let folder = try PluginCopy("scheduler-empty", copying: false)
        try folder.write("plugin.toml", "[plugin]\n")
        await #expect(throws: AdapterError.self) { try await Subject.dokkuPlugin(at: folder.path) }
    }

    /// A plugin of a hundred lines of shell keeps every core promise that it makes.
    @Test(.enabled(if: hasDocker, "needs the program docker")) func theSampleConforms() async throws {
        let subject = try await Subject.dokkuPlugin(at: Self.tiny)
        let outcomes = await Runner(subject).outcomes(of: Suite.all.filter { $0.level == .core })
        for outcome in outcomes where !outcome.isFine { Issue.record("\(outcome.id): \(outcome.reason)") }
        let passed = Set(outcomes.filter { $0.verdict == .passed }.map(\.id))
        for id in ["deploy.first-release", "failure.leaves-nothing", "failure.cancelled-half-way", "lifecycle.remove"] {
            #expect(passed.contains(id), "\(id) was not run")
        }
    }

    /// A trigger file that only says that it is not there yet, and says so with success.
    @Test(
        .enabled(if: hasDocker, "needs the program docker"),
        arguments: [
            ("scheduler-deploy", "deploy.first-release"), ("scheduler-stop", "lifecycle.stop"),
            ("scheduler-app-status", "contract.status-says-something"), ("scheduler-run", "run.output"),
            ("scheduler-enter", "enter.output"), ("scheduler-logs", "logs.all-lines"),
        ])
    func notImplementedIsCaught(_ trigger: String, by id: String) async throws {
        let plugin = try PluginCopy("scheduler-tiny")
        try plugin.trigger(trigger, "echo not implemented")
        let tested = try #require(Suite.all.first { $0.id == id })
        let outcome = await Runner(try await .dokkuPlugin(at: plugin.path)).outcome(of: tested)
        #expect(outcome.verdict == .failed, "\(id) said \(outcome.verdict.rawValue)")
    }

    /// A trigger that says so with Dokku's own exit status is taken at its word.
    @Test(.enabled(if: hasDocker, "needs the program docker"))
    func exitStatusTenIsARefusal() async throws {
        let plugin = try PluginCopy("scheduler-tiny")
        try plugin.trigger("scheduler-app-status", "exit \"$DOKKU_NOT_IMPLEMENTED_EXIT\"")
        let tested = try #require(Suite.all.first { $0.id == "contract.status-says-something" })
        let outcome = await Runner(try await .dokkuPlugin(at: plugin.path)).outcome(of: tested)
        #expect(outcome.verdict == .failed)
        #expect(outcome.reason.contains("does not implement scheduler-app-status"))
    }
}

/// A plugin made for one test.
private final class PluginCopy {
    private let folder: Scratch
    let path: String

    /// - Parameter copying: whether it begins as the sample.
    init(_ name: String, copying: Bool = true) throws {
        folder = try Scratch()
        path = folder.path + "/" + name
        if copying {
            try FileManager.default.copyItem(
                atPath: Fixtures.folder + "/fixtures/dokku-plugins/scheduler-tiny", toPath: path)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    func write(_ name: String, _ text: String) throws {
        try? FileManager.default.removeItem(atPath: path + "/" + name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func trigger(_ name: String, _ line: String) throws {
        try write(name, "#!/bin/sh\n\(line)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/" + name)
    }
}
