import Foundation
import TestSupport

/// The articles for authors of adapters.
enum Documentation {
    static let folder = "Sources/Adapters/AdapterKit/AdapterKit.docc/"

    static func path(_ name: String) -> String { Fixtures.folder + "/" + folder + name }

    static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// The blocks of code in an article, without their fences.
    static func blocks(_ name: String, _ language: String) throws -> [String] {
        try text(name).components(separatedBy: "\n```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
    }
}
