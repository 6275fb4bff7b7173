import TestSupport
import Testing

/// What docker-local leaves on the machine when it is installed (contract 2.8, 4.8).
struct LocalSetUpTests {
    private func stage(_ folders: String...) async throws -> DokkuStage {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "docker-local")
        for folder in folders + ["etc/sudoers.d"] { try stage.write("", to: "machine/\(folder)/.keep") }
        return stage
    }

    private static let cron = "machine/etc/cron.d/dokku-retire"
    private static let sudoers = "machine/etc/sudoers.d/dokku-docker-container-healthchecker"

    @Test func withoutSystemdCronRetires() async throws {
        let stage = try await stage("etc/cron.d")
        try stage.write("old", to: "machine/etc/sudoers.d/dokku-cron")
        for _ in 1...2 {
            let result = try await stage.call("scheduler-docker-local", "install")
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(result)")
        }
        let user = stage.variables["DOKKU_SYSTEM_USER"] ?? ""
        #expect(
            stage.read(Self.cron) == """
                PATH=/usr/local/bin:/usr/bin:/bin
                SHELL=/bin/bash

                */5 * * * * \(user) dokku ps:retire >> /var/log/dokku/retire.log 2>&1

                """)
        let group = stage.variables["DOKKU_SYSTEM_GROUP"] ?? ""
        #expect(
            stage.read(Self.sudoers) == "%\(group) ALL=(ALL) NOPASSWD:/usr/bin/docker-container-healthchecker\n")
        #expect(try stage.mode(of: Self.sudoers) == 0o440)
        #expect(!stage.exists("machine/etc/sudoers.d/dokku-cron"))
    }

    /// Dokku's own is there for the way back.
    @Test func whatIsThereStays() async throws {
        let stage = try await stage("etc/cron.d")
        try stage.write("mine", to: Self.cron)
        try stage.write("theirs", to: Self.sudoers)
        #expect(try await stage.call("scheduler-docker-local", "install").status == 0)
        #expect(stage.read(Self.cron) == "mine" && stage.read(Self.sudoers) == "theirs")
    }
}
