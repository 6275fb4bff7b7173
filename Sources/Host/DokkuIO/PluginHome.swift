import AdapterKit
import Glibc

/// Where Dokku keeps plugins (contract 1.1). A folder is exchanged as a whole, so that Dokku finds either one plugin
/// or the other under a name, never both and never half of one; what was there before is kept beside.
package struct PluginHome: Sendable {
    private let library: String
    private let owner: FileOwner?

    /// - Throws: ``AdapterError`` when there is no Dokku.
    package init(environment: [String: String]) throws {
        let named = [environment["DOKKU_LIB_ROOT"], environment["DOKKU_LIB_PATH"]].compactMap { $0 }
        library = named.first { !$0.isEmpty } ?? "/var/lib/dokku"
        guard StateFiles.isFolder(library + "/plugins/available") else {
            throw AdapterError(
                .hostTrouble, "there is no Dokku at \(library): it has no folder plugins/available",
                hint: "DOKKU_LIB_ROOT=FOLDER linkspan install")
        }
        owner = try FileOwner(environment: environment)
    }

    /// What keeps Dokku's user from running the program at `path`; `nil` for nothing that is known.
    package func obstacle(to path: String) -> String? { owner?.obstacle(to: path) }

    /// What is under a plugin's name.
    package enum State: Sendable, Equatable {
        case absent
        case ours
        /// Somebody else's: Dokku's own, or one that was installed.
        case foreign
    }

    package func state(of name: String) throws -> State {
        let path = available(name)
        guard StateFiles.isFolder(path) else { return .absent }
        return try PluginFolder.isOurs(path) ? .ours : .foreign
    }

    /// Whether the name is one of Dokku's own plugins.
    private func isCore(_ name: String) -> Bool {
        ["available", ".linkspan/kept"].contains { StateFiles.isFolder("\(library)/core-plugins/\($0)/\(name)") }
    }

    /// Whether somebody else's plugin of that name is kept for the way back.
    package func isKept(_ name: String) -> Bool { StateFiles.isFolder(kept(name)) }

    private func base(_ name: String) -> String { library + (isCore(name) ? "/core-plugins" : "/plugins") }
    private func available(_ name: String) -> String { base(name) + "/available/" + name }
    private func enabled(_ name: String) -> String { library + "/plugins/enabled/" + name }
    private func kept(_ name: String) -> String { base(name) + "/.linkspan/kept/" + name }
    private func staged(_ name: String) -> String { base(name) + "/.linkspan/new/" + name }

    /// Puts `folder` under its name; what is there of somebody else's is kept.
    package func put(_ folder: PluginFolder) throws {
        let (path, staged) = (available(folder.name), staged(folder.name))
        try clear(folder.name)
        try folder.write(at: staged)
        try owner?.own(staged)
        if StateFiles.isFolder(path) {
            try StateFiles.exchange(staged, path)
            try clear(folder.name)
        } else {
            try StateFiles.replace(path, with: staged)
        }
        guard !StateFiles.exists(enabled(folder.name)) else { return }
        try StateFiles.remove(enabled(folder.name))
        try StateFiles.link(enabled(folder.name), to: "\(library)/plugins/available/\(folder.name)")
        try owner?.own(enabled(folder.name))
    }

    /// What lies where new folders are made is somebody else's after an exchange, and ours after a broken one.
    private func clear(_ name: String) throws {
        let (staged, kept) = (staged(name), kept(name))
        guard StateFiles.isFolder(staged) else { return }
        if try PluginFolder.isOurs(staged) || !StateFiles.exists(staged + "/plugin.toml") {
            return try StateFiles.removeFolder(staged)
        }
        // An upgrade of Dokku may have written over some of our files: the rest of them is no part of the way back.
        try PluginFolder.removeOurs(from: staged)
        try StateFiles.makeFolder(StateFiles.parent(of: kept))
        try StateFiles.removeFolder(kept)
        try StateFiles.replace(kept, with: staged)
    }

    /// Takes our plugin away and puts back what was there before.
    package func remove(_ name: String) throws {
        let (path, kept) = (available(name), kept(name))
        switch try state(of: name) {
        case .absent where StateFiles.isFolder(kept): try StateFiles.replace(path, with: kept)
        case .absent: break
        case .foreign:
            try PluginFolder.removeOurs(from: path)
            try StateFiles.removeFolder(kept)
        case .ours where StateFiles.isFolder(kept):
            try StateFiles.exchange(kept, path)
            try StateFiles.removeFolder(kept)
        case .ours:
            try StateFiles.remove(enabled(name))
            try StateFiles.removeFolder(path)
        }
        try sweep(base(name))
    }

    /// Leaves no folder of ours behind that is empty.
    private func sweep(_ base: String) throws {
        for folder in ["/.linkspan/new", "/.linkspan/kept", "/.linkspan"] { rmdir(base + folder) }
    }
}
