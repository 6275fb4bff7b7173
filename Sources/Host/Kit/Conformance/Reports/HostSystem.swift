import FoundationEssentials
import Glibc

/// The machine that the kit runs on, as far as a report tells.
enum HostSystem {
    /// Such as `Debian GNU/Linux 12 (bookworm), x86_64`.
    static let description: String = {
        let release = FileManager.default.contents(atPath: "/etc/os-release") ?? Data()
        let name = String(decoding: release, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("PRETTY_NAME=")
        }
        .map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
        return [name ?? "Linux", machine].filter { !$0.isEmpty }.joined(separator: ", ")
    }()

    private static var machine: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
