import AdapterKit
import Foundation
import JSONDocument
import TestSupport
import Testing

@testable import Kubernetes

/// The user's patches, as a plan has them.
struct PatchesTests {
    private func deployment(_ name: String = "shop") throws -> Deployment {
        try JSONDecoder().decode(Deployment.self, from: Data(Fixtures.bytes("apps/\(name).json")))
    }

    private func plan(
        _ patches: String..., of deployment: Deployment? = nil, settings values: [String: String] = [:]
    ) throws -> KubernetesPlan {
        let files = patches.enumerated().map { ("/p/\($0.offset + 1).yaml", Array($0.element.utf8)) }
        return try KubernetesPlan(
            deployment ?? self.deployment(),
            KubernetesSettings(Settings(plugin: "scheduler-kubernetes", values: values)),
            .none(in: "shops"), patches: Patches(files: files))
    }

    private func pod(_ plan: KubernetesPlan, _ type: String) throws -> JSONValue {
        let workload = try #require(plan.workloads.first { $0.process.description == type })
        return try #require(workload.object.content["spec"]?["template"]?["spec"])
    }

    private static let faster = """
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              priorityClassName: high
              containers:
              - name: web
                env: [{name: MODE, value: fast}]
              - {name: side, image: "side:1"}
        """

    @Test func aPartialObjectIsMergedIntoTheOneOfItsProcess() throws {
        let plan = try plan(Self.faster)
        let web = try pod(plan, "web")
        #expect(web["priorityClassName"] == "high")
        let containers = try #require(web["containers"]?.items)
        #expect(containers.compactMap { $0["name"]?.text } == ["web", "side"])
        #expect(containers[0]["image"] == "dokku/shop:latest", "the rest is as it was")
        #expect(containers[0]["env"]?.items?.last == ["name": "MODE", "value": "fast"])
        #expect(try pod(plan, "worker")["priorityClassName"] == nil)
        #expect(plan.warnings.isEmpty)
    }

    @Test func aPatchedTemplateIsAnotherReleaseAndTheSameEachTime() throws {
        func names(_ plan: KubernetesPlan) -> [String: String] {
            Dictionary(plan.workloads.map { ($0.process.description, $0.object.name) }) { $1 }
        }
        let (bare, patched, again) = (try names(plan()), try names(plan(Self.faster)), try names(plan(Self.faster)))
        #expect(bare["web"] != patched["web"] && patched == again)
        #expect(bare["worker"] == patched["worker"])
        // What is no pod's does not make a release.
        let marked = try plan("{kind: Deployment, metadata: {name: web, annotations: {team: blue}}}")
        #expect(names(marked) == bare)
        #expect(marked.workloads.first?.object.annotations["team"] == "blue")
    }

    @Test(arguments: [
        ("{kind: Service, metadata: {name: web, annotations: {a: b}}}", ["Service/shop-web"]),
        ("{kind: Service, metadata: {name: shop-web, annotations: {a: b}}}", ["Service/shop-web"]),
        ("{kind: Deployment, metadata: {name: shop-worker, annotations: {a: b}}}", ["Deployment of worker"]),
        ("{kind: Deployment, metadata: {annotations: {a: b}}}", ["Deployment of web", "Deployment of worker"]),
        ("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, annotations: {a: b}}}", ["Deployment of web"]),
        ("{kind: Secret, metadata: {name: shop-config, annotations: {a: b}}}", ["Secret shop-config"]),
        ("{kind: ServiceAccount, metadata: {name: shop, annotations: {a: b}}}", ["ServiceAccount/shop"]),
        (
            "{target: {kind: Service}, patch: [{op: add, path: /metadata/annotations, value: {a: b}}]}",
            ["Service/shop-web"]
        ),
        ("{target: {kind: Service, name: web}, patch: {metadata: {annotations: {a: b}}}}", ["Service/shop-web"]),
        (
            "{target: {kind: Service}, patch: \"[{op: add, path: /metadata/annotations, value: {a: b}}]\"}",
            ["Service/shop-web"]
        ),
    ])
    func objectsAreChosen(_ patch: String, _ expected: [String]) throws {
        let plan = try plan(patch)
        let found = plan.objects.filter { $0.annotations["a"] == "b" }.map { object in
            if let type = object.labels[Label.process], object.labels[Label.release] != nil {
                return "\(object.kind.kind) of \(type)"
            }
            return object.kind == .secret ? "Secret \(object.name.prefix(11))" : object.title
        }
        #expect(Set(found) == Set(expected) && plan.warnings.isEmpty, "\(plan.warnings)")
    }

    @Test func filesAndDocumentsFollowEachOther() throws {
        let first =
            "{kind: Service, metadata: {annotations: {a: one}}}\n---\n{kind: Service, metadata: {annotations: {a: two, b: two}}}"
        let service = try plan(first, "{kind: Service, metadata: {annotations: {b: three}}}").routing
            .first { $0.kind == .service }
        #expect(service?.annotations["a"] == "two" && service?.annotations["b"] == "three")
    }

    @Test func whatFitsNothingIsWarnedOf() throws {
        let patch = "{kind: Service}\n---\n# none\n---\nkind: Deployment\nmetadata: {name: api}\n"
        #expect(
            try plan(patch).warnings
                == ["/p/1.yaml, line 5: the patch changes nothing: the app has no Deployment 'api'"])
        // A group that is another's, a process type that is not deployed now.
        #expect(try plan("{apiVersion: other.io/v1, kind: Service}").warnings.count == 1)
        var only = try deployment()
        only.only = .web
        #expect(try plan("{kind: Deployment, metadata: {name: worker}}", of: only).warnings.isEmpty)
    }

    @Test(arguments: [
        ("metadata: {name: web, namespace: other}", "metadata.namespace of the Deployment of web"),
        ("metadata: {name: web, labels: {linkspan.dev/app: x}}", "metadata.labels[linkspan.dev/app]"),
        ("spec: {selector: {matchLabels: {a: b}}}", "spec.selector"),
        ("spec: {replicas: 9}", "spec.replicas"),
        ("spec: {template: {metadata: {labels: {linkspan.dev/release: x}}}}", "spec.template.metadata.labels"),
        ("spec: {template: {metadata: {labels: null}}}", "spec.template.metadata.labels"),
        ("spec: {template: {metadata: {annotations: {number: 5}}}}", "[number] of"),
        ("spec: {template: {spec: {containers: [{name: web, $patch: delete}]}}}", "the container web"),
        ("metadata: {finalizers: [a]}", "metadata.finalizers"),
        ("spec: {template: {spec: {containers: [{image: a}]}}}", "spec.template.spec.containers has an item"),
    ])
    func whatIsOursStays(_ patch: String, _ words: String) throws {
        let error = #expect(throws: AdapterError.self) { try plan("\n\nkind: Deployment\n" + patch) }
        #expect(error?.message.hasPrefix("/p/1.yaml, line 3: ") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aSecretIsNamedByWhatItHolds() throws {
        let error = #expect(throws: AdapterError.self) { try plan("{kind: Secret, data: {A: Yg==}}") }
        #expect(error?.message.contains("data of Secret/shop-config") == true, "\(error?.message ?? "")")
        let moved = #expect(throws: AdapterError.self) {
            try plan("{target: {kind: Service}, patch: [{op: replace, path: /metadata/name, value: x}]}")
        }
        #expect(moved?.message.contains("metadata.name of the Service of web cannot be patched") == true)
    }

    @Test(arguments: [
        ("kind: [a\nb: c", "/p/1.yaml, line 2: "), ("a: 1\n---\n- b", "/p/1.yaml, line 1: it has no kind"),
        ("kind: A\n---\n- b", "/p/1.yaml, line 3: it is no object"),
        ("target: {name: a}", "/p/1.yaml, line 1: target has no kind"),
        ("target: {kind: A, labelSelector: a=b}", "line 1: target.labelSelector is not known"),
        ("{target: {kind: A}, spec: {}}", "line 1: spec stands beside target"),
        ("{target: {kind: A}, patch: 5}", "patch is neither"),
        ("{target: {kind: A}, patch: \"[\"}", "patch, line "),
        ("{target: {kind: A}, patch: [{op: add, path: x, value: 1}]}", "operation 1: the path"),
        (
            "{target: {kind: Service}, patch: [{op: remove, path: /spec/none}]}",
            "operation 1 does not fit the Service of web: there is no 'none'"
        ),
    ])
    func whatIsNoPatchIsNamed(_ patch: String, _ words: String) throws {
        let error = #expect(throws: AdapterError.self) { try plan(patch) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func probesOfThePatchAreWaitedForAsTheyAre() throws {
        let slow = """
            {kind: Deployment, metadata: {name: web}, spec: {minReadySeconds: 7, template: {spec: {containers: [
            {name: web, readinessProbe: {failureThreshold: 900}, startupProbe: {tcpSocket: {port: 5000}}}]}}}}
            """
        let workload = try #require(plan(slow).workloads.first { $0.process == .web })
        #expect(workload.readinessBudget == nil && workload.hasStartupProbe && workload.minReadySeconds == 7)
    }

    // MARK: the folder

    private func context(_ folder: String) -> AdapterContext {
        AdapterContext(
            settings: Settings(plugin: "scheduler-kubernetes", values: ["patches": folder]), variables: [:],
            readFile: { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) },
            listFolder: { path in
                guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no folder \(path)")
                }
                return names
            }, runOnHost: { _ in .success }, now: { 0 })
    }

    @Test func aFolderIsReadInTheOrderOfItsNames() throws {
        let scratch = try Scratch()
        try scratch.write(#"{"kind": "Service"}"#, to: "patches/20.json")
        try scratch.write("kind: Deployment\n", to: "patches/10.yaml")
        for other in ["README.md", ".hidden.yaml", "10.yaml~"] { try scratch.write("not: [a", to: "patches/" + other) }
        let folder = scratch.path + "/patches"
        #expect(
            try Patches.read(folder, context(folder))
                == Patches(files: [
                    (folder + "/10.yaml", Array("kind: Deployment".utf8)),
                    (folder + "/20.json", Array("kind: Service".utf8)),
                ]))
        let error = #expect(throws: AdapterError.self) { try Patches.read("/nowhere", context("/nowhere")) }
        #expect(error?.message == "scheduler-kubernetes property patches: there is no folder /nowhere")
        #expect(throws: AdapterError.self) { try ObjectSettings(context("patches").settings) }
    }
}
