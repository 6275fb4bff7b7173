import AdapterKit
import JSONDocument
import YAMLDocument

/// One change of the user's: a partial object, or a target with a change of either kind.
struct Patch: Sendable, Equatable {
    private enum Change: Sendable, Equatable {
        case merge([String: JSONValue])
        case operations(JSONPatch)
    }

    let target: PatchTarget
    /// The file and line that it stands in, for messages.
    let place: String
    private let change: Change

    /// - Throws: ``AdapterError`` when `document` is no patch.
    init(_ document: JSONValue, place: String) throws {
        self.place = place
        func wrong(_ text: String) -> AdapterError {
            AdapterError(
                .invalidInput, "\(place): \(text)",
                details: [
                    "a patch is part of an object with its kind and metadata.name, "
                        + "or {target: {kind, name}, patch: [operations]}"
                ])
        }
        guard var fields = document.fields else { throw wrong("it is no object") }
        guard let given = fields["target"] else {
            guard let kind = fields["kind"]?.text else { throw wrong("it has no kind") }
            let group = fields["apiVersion"]?.text.map { $0.contains("/") ? String($0.prefix { $0 != "/" }) : "" }
            target = PatchTarget(kind: kind, group: group, name: fields["metadata"]?["name"]?.text)
            for field in ["kind", "apiVersion"] { fields[field] = nil }
            // It selects.
            fields["metadata"]?["name"] = nil
            change = .merge(fields)
            return
        }
        let known: Set = ["kind", "name", "group", "version"]
        guard let kind = given["kind"]?.text else { throw wrong("target has no kind") }
        if let field = (given.fields ?? [:]).keys.sorted().first(where: { !known.contains($0) }) {
            throw wrong("target.\(field) is not known: kind, name and group select objects")
        }
        if let field = fields.keys.sorted().first(where: { $0 != "target" && $0 != "patch" }) {
            throw wrong("\(field) stands beside target: what is to change belongs in patch")
        }
        target = PatchTarget(kind: kind, group: given["group"]?.text, name: given["name"]?.text)
        switch try Self.unfolded(fields["patch"], place) {
        case .array(let list)?:
            do {
                change = .operations(try JSONPatch(list))
            } catch let problem as JSONPatch.Problem {
                throw wrong("operation \(problem.operation): \(problem.text)")
            }
        case .object(var part)?:
            for field in ["kind", "apiVersion"] { part[field] = nil }
            part["metadata"]?["name"] = nil
            change = .merge(part)
        default: throw wrong("patch is neither a list of operations nor part of an object")
        }
    }

    /// A patch may be a text that holds it, as Kustomize has it.
    private static func unfolded(_ patch: JSONValue?, _ place: String) throws -> JSONValue? {
        guard let text = patch?.text else { return patch }
        do {
            return try YAMLDocument.value(of: Array(text.utf8))
        } catch let problem as YAMLProblem {
            throw AdapterError(.invalidInput, "\(place): patch, line \(problem.line): \(problem.text)")
        }
    }

    /// - Throws: ``AdapterError`` that names the file and the field.
    func applied(to object: KubernetesObject, _ process: ProcessType?) throws -> KubernetesObject {
        let subject = process.map { "the \(object.kind.kind) of \($0)" } ?? object.title
        let document = object.document
        let patched: JSONValue
        do {
            switch change {
            case .merge(let fields):
                patched = .object(try StrategicMerge.merge(fields, into: document.fields ?? [:]))
            case .operations(let patch): patched = try patch.applied(to: document)
            }
        } catch let problem as StrategicMerge.Problem {
            throw AdapterError(.invalidInput, "\(place): \(problem.field) \(problem.text)")
        } catch let problem as JSONPatch.Problem {
            throw AdapterError(
                .invalidInput, "\(place): operation \(problem.operation) does not fit \(subject): \(problem.text)",
                hint: "plan APP shows the objects")
        }
        if let change = ProtectedFields.change(from: document, to: patched) {
            throw AdapterError(
                .invalidInput, "\(place): \(change.field) of \(subject) cannot be patched: \(change.reason)",
                hint: change.hint)
        }
        var changed = object
        changed.labels = patched["metadata"]?["labels"]?.fields?.compactMapValues(\.text) ?? [:]
        changed.annotations = patched["metadata"]?["annotations"]?.fields?.compactMapValues(\.text) ?? [:]
        changed.content = (patched.fields ?? [:]).filter { !["apiVersion", "kind", "metadata"].contains($0.key) }
        return changed
    }
}
