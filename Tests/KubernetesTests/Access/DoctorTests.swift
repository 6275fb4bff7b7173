import APIClient
import AdapterKit
import Fakes
import JSONDocument
import TestSupport
import Testing
import Traffic
import YAMLDocument

@testable import Kubernetes

/// What the doctor finds, and that the Role it prints is enough.
@Suite(.timeLimit(.minutes(5)))
struct DoctorTests {
    /// A stage whose server is a fake cluster where the token `t` has these rights.
    private func stage(
        minor: Int = 20, rules: [String: Set<String>] = DoctorTests.rules(), headers: [HTTPField] = [],
        more: @escaping @Sendable (ServedRequest) -> Answer? = { _ in nil }
    ) async throws -> AccessStage {
        var configuration = KubernetesFake.Configuration()
        configuration.minor = minor
        configuration.tokens = ["t": KubernetesAccess(user: "deployer", rules: rules)]
        let fake = KubernetesFake(configuration)
        let stage = try await AccessStage { _, request in
            if let answer = more(request) { return answer }
            guard case .whole(var head, let body) = await fake.answer(request) else { return .broken([]) }
            head.headers += headers
            return .whole(head, body: body)
        }
        try stage.kubeconfig(user: "token: t")
        return stage
    }

    private static func rules() -> [String: Set<String>] {
        var rules: [String: Set<String>] = [:]
        for permission in Permissions(hasGateway: false).inNamespace {
            // As the fake writes it: the group in front of the subresource.
            let parts = permission.resource.split(separator: "/").map(String.init)
            let name = parts[0] + (permission.group.isEmpty ? "" : "." + permission.group)
            rules[([name] + parts.dropFirst()).joined(separator: "/")] = Set(permission.verbs)
        }
        return rules
    }

    private func examine(_ stage: AccessStage, _ settings: [String: String] = ["namespace": "default"]) async throws
        -> Examination
    {
        var context = stage.context(["KUBECONFIG": stage.scratch.path + "/config"])
        context.settings = Settings(plugin: "scheduler-kubernetes", values: settings)
        let adapter = try #require(try AdapterPlugin.kubernetes.make(context) as? any Examining)
        return try await adapter.examine(nil, console: SilentConsole())
    }

    private func finding(_ subject: String, _ examination: Examination) -> Examination.Finding? {
        examination.findings.first { $0.subject == subject }
    }

    @Test func aClusterThatIsAsItShouldBe() async throws {
        let examination = try await examine(stage())
        #expect(examination.isGood, "\(examination.findings)")
        #expect(finding("version", examination)?.text == "Kubernetes v1.20.2")
        #expect(finding("account", examination)?.text == "user me")
        #expect(finding("namespace", examination)?.text == "default is there")
        #expect(finding("rights", examination)?.text.hasPrefix("all ") == true)
        #expect(finding("gateway", examination)?.verdict == .good)
    }

    @Test(arguments: [("deployments.apps", "patch"), ("pods/exec", "create"), ("deployments.apps/scale", "get")])
    func aMissingRightIsNamed(_ resource: String, _ verb: String) async throws {
        var rules = Self.rules()
        rules[resource]?.remove(verb)
        let examination = try await examine(stage(rules: rules))
        let bad = examination.findings.filter { $0.verdict == .bad }
        let shown = resource == "deployments.apps/scale" ? "deployments/scale.apps" : resource
        #expect(bad == [.init("rights", .bad, "we may not \(verb) \(shown) in namespace default")])
    }

    @Test func theRoleHasExactlyWhatIsAsked() async throws {
        let stage = try await stage()
        let rights = try await examine(stage).rights
        let documents = try YAMLDocument.documents(in: Array(rights.utf8))
        #expect(documents.map { $0["kind"]?.text } == ["Role", "ClusterRole", "ClusterRole"])
        #expect(documents.first?["metadata"] == ["name": "linkspan", "namespace": "default"])
        var granted: Set<String> = []
        for rule in documents.first?["rules"]?.items ?? [] {
            for resource in rule["resources"]?.items ?? [] {
                for verb in rule["verbs"]?.items ?? [] {
                    granted.insert(
                        "\(verb.text ?? "") \(resource.text ?? "") \(rule["apiGroups"]?.items?.first?.text ?? "")")
                }
            }
        }
        var asked: Set<String> = []
        for request in await stage.requests where request.path.hasSuffix("selfsubjectaccessreviews") {
            let review = try JSONValue(parsing: request.body)["spec"]?["resourceAttributes"]
            let resource = [review?["resource"]?.text, review?["subresource"]?.text].compactMap { $0 }
            asked.insert(
                "\(review?["verb"]?.text ?? "") \(resource.joined(separator: "/")) \(review?["group"]?.text ?? "")")
            #expect(review?["namespace"] == "default")
        }
        // A deploy goes on without a lock.
        let lock = Set(["get", "create", "patch", "delete"].map { "\($0) leases coordination.k8s.io" })
        #expect(granted.isSuperset(of: lock) && granted.subtracting(lock) == asked)
    }

    @Test(arguments: [(19, false), (20, true), (36, true), (37, false)])
    func versions(_ minor: Int, _ isFit: Bool) async throws {
        let examination = try await examine(stage(minor: minor))
        #expect(finding("version", examination)?.verdict == (isFit ? .good : .warning))
        #expect(examination.isGood)
    }

    @Test func clocks() async throws {
        let late = try await examine(stage(headers: [HTTPField("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]))
        #expect(finding("clock", late)?.verdict == .warning)
        #expect(finding("clock", late)?.text.contains("seconds behind ours") == true)
        #expect(ServerDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(ServerDate.seconds("yesterday") == nil)
    }

    @Test func whoTheServerTakesUsFor() async throws {
        let stage = try await stage(more: { request in
            switch request.path {
            case "/apis":
                AccessStage.json(200, #"{"groups":[{"versions":[{"groupVersion":"authentication.k8s.io/v1"}]}]}"#)
            case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
                AccessStage.json(201, #"{"status":{"userInfo":{"username":"oidc:me"}}}"#)
            default: nil
            }
        })
        #expect(finding("account", try await examine(stage))?.text == "oidc:me (user me)")
    }

    @Test func namespaces() async throws {
        let missing = try await stage()
        #expect(
            finding("namespace", try await examine(missing, ["namespace": "new"]))
                == .init("namespace", .bad, "new is not there yet, and we may not make it"))
        let mayMake = try await stage(rules: Self.rules().merging(["namespaces": ["get", "create"]]) { $1 })
        #expect(
            finding("namespace", try await examine(mayMake, ["namespace": "new"]))
                == .init("namespace", .good, "new is not there yet, and we may make it"))
        let leaving = try await stage(more: { request in
            request.path == "/api/v1/namespaces/default"
                ? AccessStage.json(200, #"{"status":{"phase":"Terminating"}}"#) : nil
        })
        #expect(finding("namespace", try await examine(leaving))?.text == "default is being deleted")
        let unknown = try await stage(rules: Self.rules().merging(["namespaces": []]) { $1 })
        #expect(finding("namespace", try await examine(unknown))?.verdict == .warning)
    }

    @Test func whatCannotBeReachedIsAFinding() async throws {
        let stage = try await stage()
        try stage.kubeconfig(user: "token: canary")
        let refused = try await examine(stage)
        #expect(finding("account", refused)?.verdict == .bad)
        #expect(!"\(refused)".contains("canary"))
        #expect(!refused.rights.isEmpty)
        await stage.server.stop()
        #expect(finding("reach", try await examine(stage))?.verdict == .bad)
        try stage.scratch.write("[", to: "config")
        let malformed = try await examine(stage)
        #expect(malformed.findings.count == 1)
        #expect(finding("cluster", malformed)?.text.contains(": line ") == true)
    }

    @Test func aGatewayThatIsWantedMustBeThere() async throws {
        let examination = try await examine(stage(), ["namespace": "default", "routing": "gateway"])
        #expect(finding("gateway", examination)?.verdict == .bad)
        #expect(examination.rights.contains("httproutes"))
    }
}

/// Nobody.
struct SilentConsole: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}
