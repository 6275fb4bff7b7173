import JSONDocument

/// Why a template cannot be rendered.
package enum TemplateTrouble: Error, Equatable {
    /// It waits for the variable at a path.
    case missing(path: String)
    /// The task is given up.
    case failed(String)
}

/// Templates that make a task's environment.
extension NomadCluster {
    /// The environment that the templates of `task` make.
    /// - Parameter known: what the task has anyway.
    /// - Throws: ``TemplateTrouble``.
    func templated(_ task: JSONValue, of allocation: Allocation, _ known: [String: String]) throws -> [String: String] {
        var values: [String: String] = [:]
        for document in task["Templates"]?.items ?? [] where document["Envvars"]?.flag == true {
            let text = try NomadTemplate(document).text(environment: known) { path in
                guard readable(by: allocation, path) else {
                    let what = "nomad.var.block(\(path)@\(allocation.key.namespace).global)"
                    throw TemplateTrouble.failed("\(what): Unexpected response code: 403 (Permission denied)")
                }
                return variables[VariableKey(allocation.key.namespace, path)]?.items
            }
            values.merge(try EnvironmentFile.parse(text)) { $1 }
        }
        return values
    }

    /// A task's identity reads what belongs to its job; what a periodic job makes reads what is its parent's.
    private func readable(by allocation: Allocation, _ path: String) -> Bool {
        let parent = allocation.job.string("ParentID")
        let own = "nomad/jobs/" + (parent.isEmpty ? allocation.key.id : parent)
        let tasks = allocation.tasks.map { "\(own)/\(allocation.group)/\($0.string("Name"))" }
        return ["nomad/jobs", own, "\(own)/\(allocation.group)"].contains(path) || tasks.contains(path)
    }
}

/// A template of a job: as much of the language as reads variables and the environment.
package struct NomadTemplate: Sendable {
    private let source: String
    private let left: String
    private let right: String

    /// - Parameter document: as it stands in a task.
    package init(_ document: JSONValue) {
        func text(_ field: String, _ fallback: String) -> String {
            document[field]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
        source = document["EmbeddedTmpl"]?.text ?? ""
        left = text("LeftDelim", "{{")
        right = text("RightDelim", "}}")
    }

    /// What it prints.
    /// - Parameter items: those of the variable at a path; `nil` where there is none.
    /// - Throws: ``TemplateTrouble``, for what it does not know as well.
    package func text(
        environment: [String: String], items: (_ path: String) throws -> [String: String]?
    ) throws -> String {
        var printed = ""
        var current: [String: String] = [:]
        var listed: [String: String]?
        var pattern = ""
        func put(_ text: String) { if listed == nil { printed += text } else { pattern += text } }
        var rest = Substring(source)
        while let start = rest.firstRange(of: left) {
            put(String(rest[..<start.lowerBound]))
            guard let end = rest[start.upperBound...].firstRange(of: right) else {
                throw TemplateTrouble.failed("parse: template: unclosed action")
            }
            let words = rest[start.upperBound..<end.lowerBound].split(separator: " ").map(String.init).filter {
                $0 != "-"
            }
            rest = rest[end.upperBound...]
            switch words.first {
            case "with" where words.count == 3 && words[1] == "nomadVar":
                let path = words[2].unquoted
                guard let found = try items(path) else { throw TemplateTrouble.missing(path: path) }
                current = found
            case "range" where words.last == ".Tuples": listed = current
            case "end":
                for (key, value) in (listed ?? [:]).sorted(by: { $0.key < $1.key }) {
                    printed += pattern.replacing("\u{1}K", with: key).replacing("\u{1}V", with: value)
                }
                (listed, pattern) = (nil, "")
            case ".K" where listed != nil: put("\u{1}K")
            case ".V" where listed != nil: put("\u{1}V")
            case "index" where words.count == 3 && words[1] == ".": put(current[words[2].unquoted] ?? "")
            case "env" where words.count > 1:
                put(try Self.piped(environment[words[1].unquoted] ?? "", Array(words.dropFirst(2))))
            case let word? where word.hasPrefix(".") && words.count == 1:
                let name = word.dropFirst().split(separator: ".").first.map(String.init) ?? ""
                // What is not in a map is printed so.
                put(current[name] ?? "<no value>")
            default: throw TemplateTrouble.failed("parse: template: unknown action \(words.joined(separator: " "))")
            }
        }
        return printed + rest
    }

    /// `| parseInt | add 1`
    private static func piped(_ text: String, _ words: [String]) throws -> String {
        var number = Int(text)
        for step in words.split(separator: "|").map(Array.init) where !step.isEmpty {
            switch step[0] {
            case "parseInt": number = Int(text)
            case "add" where step.count == 2: number = number.flatMap { value in Int(step[1]).map { value + $0 } }
            default: throw TemplateTrouble.failed("parse: template: function \"\(step[0])\" not defined")
            }
            guard number != nil else { throw TemplateTrouble.failed("execute: parseInt: invalid syntax") }
        }
        return words.isEmpty ? text : number.map(String.init) ?? text
    }
}

extension String {
    fileprivate var unquoted: String { filter { $0 != "\"" && $0 != "`" } }
}
