import AdapterKit
import DokkuIO
import FoundationEssentials
import Glibc

/// Names this folder of state in locks that other hosts see.
struct LockHome: Sendable {
    private let host: Host

    init(_ host: Host) {
        self.host = host
    }

    /// The same as long as the folder is. Made when it is first wanted.
    func id() throws -> String {
        let properties = host.properties("linkspan")
        if let known = try properties.value("home", .global), !known.isEmpty { return known }
        let made = UUID().uuidString.lowercased()
        try properties.set("home", to: made, .global)
        return made
    }

    /// This process, for people.
    static var holder: String {
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = gethostname(&name, name.count - 1) == 0
        let letters = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let host = isKnown ? String(decoding: letters, as: UTF8.self) : "a host"
        return "\(host) (process \(getpid()))"
    }
}
