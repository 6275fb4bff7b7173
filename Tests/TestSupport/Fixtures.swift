import Foundation

/// The files of the top-level folder `fixtures`.
package enum Fixtures {
    package static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    package static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/fixtures/" + name)))
    }

    package static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// The files of a folder whose names end with `ending`, without it, in order.
    package static func names(_ name: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/fixtures/" + name)
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// Whether expected files are to be written instead of compared: `make fix`.
    package static var areUpdated: Bool { ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" }

    /// The expected text called `name`; with ``areUpdated`` it becomes `actual`.
    package static func expected(_ name: String, actual: String) throws -> String {
        if areUpdated {
            let file = URL(fileURLWithPath: folder + "/fixtures/" + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: file)
        }
        return try text(name)
    }
}
