import AdapterKit
import DokkuIO
import Glibc
import ProcessStreams

/// What Dokku's docker-local has on the machine beside its plugin folder: a timer that retires every five minutes, and
/// a right of Dokku's user (contract 2.8, 4.8). What is there stays as it is, for the way back.
struct LocalSetUp: Sendable {
    private let host: Host
    /// In front of `/etc`: empty but on a stage.
    private let root: String
    private let user: String
    private let group: String

    init(_ host: Host) {
        self.host = host
        func text(_ name: String, _ fallback: String) -> String {
            host.environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
        root = text("LINKSPAN_HOST_ROOT", "")
        user = text("DOKKU_SYSTEM_USER", "dokku")
        group = text("DOKKU_SYSTEM_GROUP", "dokku")
    }

    /// Only root may, and Dokku installs plugins as root.
    func setUp() async throws {
        guard geteuid() == 0 || !root.isEmpty else { return }
        try StateFiles.remove(root + "/etc/sudoers.d/dokku-cron")
        try put(
            "etc/sudoers.d/dokku-docker-container-healthchecker",
            "%\(group) ALL=(ALL) NOPASSWD:/usr/bin/docker-container-healthchecker\n", mode: 0o440)
        // As systemd tells whether it runs a machine.
        guard StateFiles.isFolder(root + "/run/systemd/system") else { return try putCron() }
        try put("etc/systemd/system/dokku-retire.service", Self.service(user))
        try put("etc/systemd/system/dokku-retire.timer", Self.timer)
        for words in [
            ["reenable", "dokku-retire"], ["enable", "dokku-retire.timer"], ["start", "dokku-retire.timer"],
        ] {
            let result = try? await HostPrograms.run(["systemctl", "--quiet"] + words)
            guard result?.isSuccess != true else { continue }
            await host.console.report(
                .warning(
                    "old containers are not retired by themselves: systemctl \(words.joined(separator: " ")) failed"))
        }
    }

    private func putCron() throws {
        try put(
            "etc/cron.d/dokku-retire",
            """
            PATH=/usr/local/bin:/usr/bin:/bin
            SHELL=/bin/bash

            */5 * * * * \(user) dokku ps:retire >> /var/log/dokku/retire.log 2>&1

            """)
    }

    private func put(_ file: String, _ text: String, mode: mode_t = 0o644) throws {
        let path = "\(root)/\(file)"
        guard !StateFiles.exists(path), StateFiles.isFolder(StateFiles.parent(of: path)) else { return }
        try StateFiles.write(text, to: path, mode: mode)
    }

    private static func service(_ user: String) -> String {
        """
        [Unit]
        Description=Dokku retire service
        Requires=docker.service
        After=docker.service

        [Service]
        Type=oneshot
        User=\(user)
        ExecStart=/usr/bin/env dokku ps:retire
        SuccessExitStatus=137

        [Install]
        WantedBy=docker.service

        """
    }

    private static let timer = """
        [Unit]
        Description=Run dokku-retire.service every 5 minutes

        [Timer]
        OnCalendar=*:0/5
        Persistent=true

        [Install]
        WantedBy=timers.target

        """
}
