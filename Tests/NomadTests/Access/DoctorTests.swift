import APIClient
import AdapterKit
import Conformance
import Fakes
import Loopback
import Testing
import Traffic

@testable import Nomad

/// What the doctor finds, and that the policy that it gives is enough and not more.
@Suite(.timeLimit(.minutes(1)))
struct DoctorTests {
    private static let secret = "5ecbe7c4-0000-0000-0000-000000000001"

    private func examine(
        _ stage: RolloutStage, token: String? = nil, _ settings: [String: String] = [:], app: String? = "shop"
    ) async throws -> Examination {
        var settings = settings
        settings["address"] = stage.address
        settings["token"] = token
        let context = AccessStage.context(settings)
        return try await NomadAdapter(context).examine(
            try app.map { App(name: try AppName($0)) }, console: RecordingConsole())
    }

    private func found(_ examination: Examination, _ subject: String) -> [String] {
        examination.findings.filter { $0.subject == subject }.map { "\($0.verdict.rawValue) \($0.text)" }
    }

    /// A server with a token that has exactly these rights.
    private func stage(rules: String, version: String = "1.7.0") async throws -> RolloutStage {
        try await RolloutStage {
            $0.version = version
            $0.hasACL = true
            $0.managementToken = "5ecbe7c4-0000-0000-0000-00000000000f"
            $0.tokens = [Self.secret: rules]
        }
    }

    @Test(arguments: ["1.1.0", "1.7.0"]) func aServerWithoutACLs(version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let found = try await examine(stage)
        #expect(found.isGood)
        #expect(self.found(found, "version") == ["good Nomad \(version)"])
        #expect(self.found(found, "account").first?.hasPrefix("warning ACLs are off") == true)
        #expect(self.found(found, "nodes") == ["good 1 of 1 can run containers with the docker driver"])
        #expect(found.rights.contains("variables") == (version != "1.1.0"))
        #expect(self.found(found, "variables").isEmpty == (version != "1.1.0"))
    }

    @Test(arguments: ["1.1.0", "1.7.0"]) func exactlyThePolicyThatItGives(version: String) async throws {
        let policy = AccessPolicy(
            namespace: "default", app: try AppName("shop"), hasVariables: version != "1.1.0")
        let stage = try await stage(rules: policy.rules, version: version)
        let found = try await examine(stage, token: Self.secret)
        #expect(found.isGood)
        #expect(found.rights == policy.rules)
        #expect(self.found(found, "rights").allSatisfy { !$0.hasPrefix("bad") })
    }

    @Test(arguments: ["list-jobs", "read-job", "submit-job"]) func aCapabilityThatIsMissing(missing: String)
        async throws
    {
        let rules = AccessPolicy(namespace: "default", app: nil, hasVariables: true).rules
        let stage = try await stage(rules: rules.replacing("\"\(missing)\"", with: "\"parse-job\""))
        let found = try await examine(stage, token: Self.secret)
        #expect(self.found(found, "rights").contains("bad our token lacks \(missing) in namespace default"))
        #expect(!found.isGood)
    }

    @Test(arguments: ["read", "write", "destroy"]) func aRightToVariablesThatIsMissing(missing: String) async throws {
        let rules = AccessPolicy(namespace: "default", app: nil, hasVariables: true).rules
        // The last of these words is a variable's, not an agent's.
        let list = AccessPolicy.variableCapabilities
        func text(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ", ") }
        let stage = try await stage(
            rules: rules.replacing(text(list), with: text(list.filter { $0 != missing } + ["list"])))
        let found = try await examine(stage, token: Self.secret)
        #expect(
            self.found(found, "rights").first
                == "bad our token lacks \(missing) on nomad/jobs/shop in namespace default")
        #expect(self.found(found, "rights").contains { $0.contains("\(missing) on nomad/jobs/shop-run-*") })
    }

    @Test func tokensThatAreWrong() async throws {
        let stage = try await stage(rules: "")
        let unknown = try await examine(stage, token: "5ecbe7c4-0000-0000-0000-000000000002")
        #expect(found(unknown, "account").first?.contains("does not know our ACL token") == true)
        let malformed = try await examine(stage, token: "canary")
        #expect(found(malformed, "account").first?.contains("malformed") == true)
        #expect(!unknown.isGood && !malformed.isGood && !"\(malformed)".contains("canary"))
        let management = try await examine(stage, token: "5ecbe7c4-0000-0000-0000-00000000000f")
        #expect(management.isGood)
        #expect(found(management, "account").first?.contains("management token") == true)
        let nobody = try await examine(stage)
        #expect(!nobody.isGood)
    }

    @Test func aNamespaceAndARegionThatAreNotThere() async throws {
        let open = try await RolloutStage()
        let fresh = try await examine(open, ["namespace": "blue"])
        #expect(found(fresh, "namespace") == ["good blue is not there yet, and is made with the first deploy"])
        let closed = try await stage(
            rules: AccessPolicy(namespace: "blue", app: nil, hasVariables: true).rules)
        let refused = try await examine(closed, token: Self.secret, ["namespace": "blue"])
        #expect(found(refused, "namespace").first?.contains("nomad namespace apply blue") == true)
        let elsewhere = try await examine(open, ["region": "mars"])
        #expect(elsewhere.findings.contains { $0.verdict == .bad && $0.text.contains("mars") })
    }

    @Test func nobodyThere() async throws {
        let found = try await NomadAdapter(AccessStage.context(["address": "http://127.0.0.1:1"])).examine(
            nil, console: RecordingConsole())
        #expect(self.found(found, "reach").first?.hasPrefix("bad could not reach Nomad") == true)
        #expect(found.rights.contains("nomad/jobs/*"))
        let unset = try await NomadAdapter(AccessStage.context()).examine(nil, console: RecordingConsole())
        #expect(!unset.isGood)
    }
}
