import AdapterKit
import JSONDocument

/// The annotations and labels that users want on an app's objects.
struct ObjectMetadataSettings: Sendable, Equatable {
    private var annotations: [String: [String: String]] = [:]
    private var labels: [String: [String: String]] = [:]

    /// The kinds of objects that can be named, as the commands take them.
    static let resources = [
        "certificate", "configmap", "cronjob", "deployment", "horizontalpodautoscaler", "httproute", "ingress", "job",
        "namespace", "persistentvolumeclaim", "pod", "poddisruptionbudget", "secret", "service", "serviceaccount",
        "statefulset",
    ]

    static let declarations = [
        SettingDeclaration(
            "annotations", map: SettingMap(resources: resources), summary: "annotations on the app's objects"),
        SettingDeclaration("labels", map: SettingMap(resources: resources), summary: "labels on the app's objects"),
        SettingDeclaration(
            "autoscaling", map: SettingMap(keys: SettingMap.autoscalingKeys),
            summary: "rules by which the scheduler changes a process type's quantity"),
    ]

    /// - Throws: ``AdapterError`` when a part is no object of texts, or names or values are none that Kubernetes takes.
    init(_ settings: Settings) throws {
        annotations = try Self.read("annotations", settings) { _ in true }
        labels = try Self.read("labels", settings) { $0.isEmpty || Self.isName($0) }
    }

    /// The annotations for objects of `kind`, in any case (`Deployment`), of one process type or, with `nil`, of none.
    /// What is set for the process type goes before what is set for all.
    func annotations(for kind: String, process: String?) -> [String: String] { Self.of(annotations, kind, process) }

    /// The labels, as ``annotations(for:process:)`` finds them.
    func labels(for kind: String, process: String?) -> [String: String] { Self.of(labels, kind, process) }

    private static func of(
        _ parts: [String: [String: String]], _ kind: String, _ process: String?
    ) -> [String: String] {
        func part(_ owner: String) -> [String: String] { parts["\(owner).\(kind.lowercased())"] ?? [:] }
        return part(SettingMap.allProcesses).merging(process.map(part) ?? [:]) { $1 }
    }

    private static func read(
        _ name: String, _ settings: Settings, isValue: (String) -> Bool
    ) throws -> [String: [String: String]] {
        try settings.parts(of: name).reduce(into: [:]) { parts, part in
            func wrong(_ what: String) -> AdapterError {
                AdapterError(
                    .invalidSettings, "\(settings.plugin) property \(name).\(part.key) \(what)",
                    hint: "\(settings.plugin):\(name):report APP")
            }
            guard let fields = try? JSONValue(parsing: Array(part.value.utf8)).fields else {
                throw wrong("is no JSON object of texts")
            }
            for (key, value) in fields {
                guard isKey(key) else {
                    throw wrong("has the name '\(key.prefix(80))', which Kubernetes does not take")
                }
                guard !key.hasPrefix("linkspan.dev/") else { throw wrong("has the name '\(key)', which is our own") }
                guard let text = value.text, isValue(text) else {
                    throw wrong("has a value of '\(key)' that Kubernetes does not take")
                }
            }
            parts[part.key] = fields.compactMapValues(\.text)
        }
    }

    /// `[DNS-subdomain/]name`
    private static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.last, isName(name), parts.count <= 2 else { return false }
        guard parts.count == 2 else { return true }
        return (1...253).contains(parts[0].utf8.count)
            && parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                isName(String(label)) && label.utf8.allSatisfy { !(65...90).contains($0) && $0 != 95 }
            }
    }

    /// Letters, digits and `-_.` inside, at most 63.
    private static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8?) -> Bool {
            byte.map { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) } ?? false
        }
        return (1...63).contains(text.utf8.count) && isAlphanumeric(text.utf8.first) && isAlphanumeric(text.utf8.last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || [45, 46, 95].contains($0) }
    }
}
