import Foundation

/// The program `linkspan-conformance`, wherever this code runs.
enum KitProgram {
    /// This program itself, or the one beside a test bundle; `nil` where there is none.
    static let path: String? = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let candidates = [own] + CommandLine.arguments.prefix(8)
        return candidates.lazy.map { ($0 as NSString).deletingLastPathComponent + "/linkspan-conformance" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}
