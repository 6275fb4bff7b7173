import AdapterKit
import Glibc

/// To whom files on a Dokku host belong: `DOKKU_SYSTEM_USER` and `DOKKU_SYSTEM_GROUP` (contract 1.1, 1.5).
package struct FileOwner: Sendable, Equatable {
    private let user: uid_t
    private let group: gid_t

    /// - Returns: `nil` for a caller who is not root: what it makes is its own.
    /// - Throws: ``AdapterError`` when this machine has no such user.
    package init?(environment: [String: String]) throws {
        guard geteuid() == 0 else { return nil }
        let name = Self.named(environment["DOKKU_SYSTEM_USER"])
        let groupName = Self.named(environment["DOKKU_SYSTEM_GROUP"] ?? environment["DOKKU_SYSTEM_USER"])
        guard let user = Self.user(name), let group = Self.group(groupName) else {
            throw AdapterError(
                .hostTrouble, "there is no user '\(name)' with a group '\(groupName)' on this machine",
                hint: "DOKKU_SYSTEM_USER=USER DOKKU_SYSTEM_GROUP=GROUP linkspan install")
        }
        (self.user, self.group) = (user, group)
    }

    private static func named(_ name: String?) -> String { name.flatMap { $0.isEmpty ? nil : $0 } ?? "dokku" }

    private static func user(_ name: String) -> uid_t? {
        var (entry, buffer) = (passwd(), [CChar](repeating: 0, count: 16_384))
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.pw_uid
    }

    private static func group(_ name: String) -> gid_t? {
        var (entry, buffer) = (Glibc.group(), [CChar](repeating: 0, count: 65_536))
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }

    /// The first of the folders down to `path`, or that itself, which the owner may not pass or run; `nil` for none.
    package func obstacle(to path: String) -> String? {
        let parts = path.split(separator: "/")
        return (1...max(1, parts.count)).map { "/" + parts.prefix($0).joined(separator: "/") }.first { place in
            var info = stat()
            guard stat(place, &info) == 0 else { return true }
            let bit = info.st_uid == user ? S_IXUSR : info.st_gid == group ? S_IXGRP : S_IXOTH
            return info.st_mode & bit == 0
        }
    }

    /// Gives `path` and all below it away; links themselves, not what they lead to.
    package func own(_ path: String) throws {
        guard lchown(path, user, group) == 0 else { throw StateFiles.trouble("give \(path) to its owner") }
        guard StateFiles.isFolder(path, followingLinks: false) else { return }
        for name in try StateFiles.names(in: path) { try own(path + "/" + name) }
    }
}
