import AdapterKit
import FoundationEssentials

/// A file that a report is written to, in the form that its name ends with.
public struct ReportFile: Sendable {
    /// What a report can be written as.
    public enum Form: String, Sendable, CaseIterable {
        /// ``Report/json()``
        case json
        /// ``Report/junit()``
        case xml
        /// ``Report/html()``
        case html
    }

    /// Where it lies.
    public let path: String
    /// What it is written as.
    public let form: Form

    /// Takes `path` for a report's file. Nothing is written yet: a wrong name is to be told before the cases run.
    /// - Throws: `AdapterError` when its name ends with none of the forms.
    public init(_ path: String) throws {
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard let form = Form(rawValue: ending), path.contains(".") else {
            throw AdapterError(
                .invalidInput, "'\(path)' is no report: its name must end with .json, .xml (JUnit) or .html",
                hint: "--report report.html")
        }
        self.path = path
        self.form = form
    }

    /// Writes `report`, in the place of what was there.
    /// - Throws: `AdapterError` when it cannot be written.
    public func write(_ report: Report) throws {
        let bytes =
            switch form {
            case .json: try report.json()
            case .xml: Array(report.junit().utf8)
            case .html: Array(report.html().utf8)
            }
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw AdapterError(.hostTrouble, "the report \(path) could not be written", details: ["\(error)"])
        }
    }

    /// Reads the report that ``write(_:)`` left at a path that ends with `.json`.
    /// - Throws: `AdapterError` when there is none.
    public static func read(_ path: String) throws -> Report {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw AdapterError(.notFound, "there is no report \(path)")
        }
        return try Report(json: Array(bytes))
    }
}
