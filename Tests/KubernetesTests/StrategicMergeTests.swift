import JSONDocument
import Testing
import YAMLDocument

@testable import Kubernetes

/// The rules of "Update API Objects in Place Using kubectl patch" and of the API reference's merge keys.
struct StrategicMergeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var what: String
        var object: String
        var patch: String
        var expected: String
        var testDescription: String { what }

        init(_ what: String, _ object: String, _ patch: String, _ expected: String) {
            (self.what, self.object, self.patch, self.expected) = (what, object, patch, expected)
        }
    }

    static let rows = [
        Row("fields are merged", "{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}", "{a: {b: 1, c: 3, d: 4}}"),
        Row("null removes", "{a: {b: 1, c: 2}}", "{a: {b: null}}", "{a: {c: 2}}"),
        Row("nothing null is left of what is new", "{}", "{a: {b: null, c: 1}}", "{a: {c: 1}}"),
        Row("other lists are replaced", "{spec: {args: [a, b]}}", "{spec: {args: [c]}}", "{spec: {args: [c]}}"),
        Row(
            "tolerations are atomic", "{spec: {tolerations: [{key: a}]}}", "{spec: {tolerations: [{key: b}]}}",
            "{spec: {tolerations: [{key: b}]}}"),
        Row(
            "containers by name", "{spec: {containers: [{name: web, image: a, tty: true}]}}",
            "{spec: {containers: [{name: web, image: b}, {name: side}]}}",
            "{spec: {containers: [{name: web, image: b, tty: true}, {name: side}]}}"),
        Row(
            "variables by name", "{spec: {containers: [{name: web, env: [{name: A, value: x}, {name: B}]}]}}",
            "{spec: {containers: [{name: web, env: [{name: A, value: y}, {name: C}]}]}}",
            "{spec: {containers: [{name: web, env: [{name: A, value: y}, {name: B}, {name: C}]}]}}"),
        Row(
            "container ports by number", "{spec: {containers: [{name: w, ports: [{containerPort: 5000}]}]}}",
            "{spec: {containers: [{name: w, ports: [{containerPort: 5000, name: http}, {containerPort: 9}]}]}}",
            "{spec: {containers: [{name: w, ports: [{containerPort: 5000, name: http}, {containerPort: 9}]}]}}"),
        Row(
            "a Service's ports by port", "{spec: {ports: [{port: 80, targetPort: 5000}]}}",
            "{spec: {ports: [{port: 80, name: http}, {port: 81}]}}",
            "{spec: {ports: [{port: 80, targetPort: 5000, name: http}, {port: 81}]}}"),
        Row(
            "mounts by path", "{spec: {initContainers: [{name: i, volumeMounts: [{mountPath: /a, name: x}]}]}}",
            "{spec: {initContainers: [{name: i, volumeMounts: [{mountPath: /a, readOnly: true}]}]}}",
            "{spec: {initContainers: [{name: i, volumeMounts: [{mountPath: /a, name: x, readOnly: true}]}]}}"),
        Row(
            "volumes, pull secrets, aliases, spread",
            "{spec: {volumes: [{name: a}], imagePullSecrets: [{name: p}], hostAliases: [{ip: 1.1.1.1}]}}",
            """
            {spec: {volumes: [{name: b}], imagePullSecrets: [{name: q}], hostAliases: [{ip: 1.1.1.1, hostnames: [h]}],
            topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1}]}}
            """,
            """
            {spec: {volumes: [{name: a}, {name: b}], imagePullSecrets: [{name: p}, {name: q}],
            hostAliases: [{ip: 1.1.1.1, hostnames: [h]}], topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1}]}}
            """),
        Row(
            "an item deleted", "{spec: {containers: [{name: web}, {name: side}]}}",
            "{spec: {containers: [{name: side, $patch: delete}, {name: none, $patch: delete}]}}",
            "{spec: {containers: [{name: web}]}}"),
        Row(
            "an item replaced", "{spec: {containers: [{name: web, image: a}]}}",
            "{spec: {containers: [{name: web, $patch: replace, tty: true}]}}",
            "{spec: {containers: [{name: web, tty: true}]}}"),
        Row(
            "a list replaced", "{spec: {containers: [{name: a}, {name: b}]}}",
            "{spec: {containers: [{$patch: replace}, {name: c}]}}", "{spec: {containers: [{name: c}]}}"),
        Row("a mapping replaced", "{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}"),
        Row("a mapping deleted", "{a: {b: 1}, d: 1}", "{a: {$patch: delete}}", "{d: 1}"),
        Row(
            "fields retained", "{spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}}",
            "{spec: {strategy: {$retainKeys: [type], type: Recreate}}}", "{spec: {strategy: {type: Recreate}}}"),
    ]

    private func fields(_ text: String) throws -> [String: JSONValue] {
        try #require(YAMLDocument.value(of: Array(text.utf8)).fields)
    }

    @Test(arguments: rows) func merges(_ row: Row) throws {
        let merged = try StrategicMerge.merge(fields(row.patch), into: fields(row.object))
        #expect(try JSONValue.object(merged) == .object(fields(row.expected)))
    }

    @Test(arguments: [
        ("{spec: {containers: [{image: b}]}}", "spec.containers", "without name"),
        ("{spec: {containers: [web]}}", "spec.containers", "without name"),
        ("{spec: {$setElementOrder/containers: [{name: a}]}}", "spec.$setElementOrder/containers", "no directive"),
        ("{a: {$patch: drop}}", "a", "must be delete, replace or merge"),
        ("{a: {$retainKeys: b}}", "a", "list of fields"),
    ])
    func whatCannotBeMergedIsNamed(_ patch: String, _ field: String, _ words: String) throws {
        let problem = #expect(throws: StrategicMerge.Problem.self) {
            try StrategicMerge.merge(fields(patch), into: [:])
        }
        #expect(problem?.field == field && problem?.text.contains(words) == true, "\(String(describing: problem))")
    }
}
