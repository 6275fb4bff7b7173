import AdapterKit
import Glibc

/// A plugin's folder as a value: what Dokku looks at in it (contract 1.1).
package struct PluginFolder: Sendable, Equatable {
    /// What lies at a path.
    package enum Content: Sendable, Equatable {
        case link(to: String)
        case text(String)
        case script(String)
    }

    package let name: String
    /// By path within the folder.
    package let files: [String: Content]

    package init(name: String, files: [String: Content]) {
        self.name = name
        self.files = files
    }

    /// In the description of every plugin that we write, and in every script of ours.
    package static let mark = "(linkspan)"

    /// Makes the folder at `path`, where nothing may be yet.
    func write(at path: String) throws {
        try StateFiles.makeFolder(path)
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let file = path + "/" + name
            try StateFiles.makeFolder(StateFiles.parent(of: file))
            switch content {
            case .link(let target): try StateFiles.link(file, to: target)
            case .text(let text): try StateFiles.write(text, to: file, mode: 0o644)
            case .script(let text): try StateFiles.write(text, to: file, mode: 0o755)
            }
        }
    }

    /// Whether the folder at `path` is one that we have written.
    static func isOurs(_ path: String) throws -> Bool {
        try StateFiles.readText(path + "/plugin.toml")?.contains(mark) == true
    }

    /// Takes our files out of a folder that somebody else has written into since.
    static func removeOurs(from path: String) throws {
        for name in try StateFiles.names(in: path) {
            let file = path + "/" + name
            if StateFiles.isFolder(file, followingLinks: false) {
                try removeOurs(from: file)
                rmdir(file)
            } else if let target = try? StateFiles.linkTarget(file) {
                if target.hasSuffix("/linkspan") { try StateFiles.remove(file) }
            } else if try StateFiles.readText(file)?.prefix(200).contains(mark) == true {
                try StateFiles.remove(file)
            }
        }
    }
}
