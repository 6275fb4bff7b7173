import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// Where an app's config and logins go.
struct ConfigTests {
    private func crowded(_ environment: [String: String]) throws -> Deployment {
        var deployment = try PlanStage.deployment("tiny")
        deployment.environment = environment
        return deployment
    }

    @Test func onNewServersNoValueStandsInAJob() throws {
        let plan = try PlanStage.plan(PlanStage.deployment("everything"))
        for job in [plan.job] + (plan.cronJobs ?? []).map(\.job) {
            #expect(!job.compact.contains("canary-password") && !job.compact.contains("two\\nlines"))
        }
        #expect(plan.variable?.items.values.first?.contains("canary-password") == true)
        #expect(!plan.warnings.contains { $0.contains("stands in the job") })
    }

    @Test func onOldServersItStandsInTheJobAndThatIsSaid() throws {
        let plan = try PlanStage.plan(PlanStage.deployment("everything"), facts: PlanStage.old())
        #expect(PlanStage.task(plan, "web")["Env"]?["GREETING"] == "two\nlines")
        #expect(plan.variable == nil)
        let warning = try #require(plan.warnings.first { $0.contains("stands in the job") })
        #expect(warning.contains("the registry's login") && warning.contains("Nomad 1.1.0 has none"))
    }

    @Test func whoMayNotUseVariablesIsTold() throws {
        var facts = ServerFacts.none(in: "shops")
        facts.variablesTrouble = "the token may not read Variables of namespace shops"
        let plan = try PlanStage.plan(PlanStage.deployment("shop"), facts: facts)
        #expect(plan.variable == nil && plan.warnings.contains { $0.contains("the token may not read") })
        let error = #expect(throws: AdapterError.self) {
            try PlanStage.plan(PlanStage.deployment("shop"), ["config-store": "variables"], facts: facts)
        }
        #expect(error?.code == .unsupported && error?.message.contains("may not read") == true)
    }

    @Test func linesAreWhatNomadReads() throws {
        let values = ["PLAIN": "a b # c", "QUOTED": #"say "hi" \n"#, "LINES": "one\ntwo\tthree", "ACCENT": "é$x'"]
        let text = EnvironmentText.lines(values)
        #expect(
            text == """
                ACCENT="é$x'"
                LINES="one\\ntwo\\tthree"
                PLAIN="a b # c"
                QUOTED="say \\"hi\\" \\\\n"

                """)
        #expect(EnvironmentText.pairs(text).sorted() == values.map { "\($0.key)=\($0.value)" }.sorted())
    }

    @Test(arguments: [10, 1]) func whatNomadCannotHandOverIsRefused(minor: Int) throws {
        let facts = minor == 10 ? ServerFacts.none(in: "shops") : PlanStage.old(minor)
        let error = #expect(throws: AdapterError.self) {
            try PlanStage.plan(crowded(["CERT": "${a}\r\nb"]), facts: facts)
        }
        #expect(error?.code == .invalidInput && error?.message.contains("CERT") == true)
    }

    @Test func onOldServersNomadFillsNothingIn() throws {
        let plan = try PlanStage.plan(crowded(["A": "${PORT} {{ x }}", "B": "$PORT"]), facts: PlanStage.old())
        let task = PlanStage.task(plan, "web")
        #expect(task["Env"]?["A"] == nil && task["Env"]?["B"] == "$PORT")
        let template = try #require(task["Templates"]?.items?.first)
        #expect(template["EmbeddedTmpl"] == "A=\"${PORT} {{ x }}\"\n")
        // Braces of the value are none of the template's.
        #expect(template["LeftDelim"]?.text?.contains("{{") == false)
        let shown = PlanDocument(plan).document(JobMask(mark: "***")).compact
        #expect(!shown.contains("{{ x }}"))
    }

    @Test func aConfigThatNoVariableHoldsIsRefusedBeforeAnythingIsMade() throws {
        let error = #expect(throws: AdapterError.self) {
            try PlanStage.plan(crowded(["BLOB": String(repeating: "x", count: 70_000)]))
        }
        #expect(error?.code == .invalidInput && error?.details == ["BLOB has 70000 bytes"])
        #expect(error?.hint?.contains("config-store job") == true)
    }

    @Test func twoReleasesThatNoVariableHoldsAreRefused() throws {
        let plan = try PlanStage.plan(crowded(["BLOB": String(repeating: "x", count: 40_000)]))
        let variable = try #require(plan.variable)
        let other = ["config_other": String(repeating: "y", count: 40_000)]
        // What nobody reads is not kept.
        #expect(try variable.joined(with: other, for: plan.app) == variable.items)
        let reading = PlannedVariable(path: variable.path, items: variable.items, readKeys: ["config_other"])
        #expect(throws: AdapterError.self) { try reading.joined(with: other, for: plan.app) }
    }

    @Test func configOfReleasesThatCanBeGoneBackToStaysAsFarAsThereIsRoom() throws {
        var deployment = try crowded(["KEY": "x"])
        func release(_ key: String) throws -> RetainedRelease {
            RetainedRelease(
                id: try DeploymentID(key), image: try ImageReference("shop:1"),
                objects: [
                    "Variable/nomad/jobs/\(Name.job(deployment.app.name))#config_\(key)", "Variable/other#config_c",
                ])
        }
        deployment.keeps = try [release("b"), release("a")]
        let variable = try #require(try PlanStage.plan(deployment).variable)
        #expect(variable.keptKeys == ["config_b", "config_a"])
        let large = String(repeating: "y", count: 40_000)
        let live = ["config_a": large, "config_b": large, "config_c": "z"]
        let kept = try variable.joined(with: live, for: deployment.app.name)
        #expect(Set(kept.keys) == Set(variable.items.keys).union(["config_b"]), "the last one first")
    }

    @Test func ourOwnVariablesWin() throws {
        let plan = try PlanStage.plan(crowded(["PORT": "1", "DYNO": "x"]))
        #expect(plan.variable == nil)
        #expect(PlanStage.task(plan, "web")["Env"] == ["PORT": "5000"])
    }

    @Test(arguments: [
        ("", "docker.io", true), ("", "https://index.docker.io/v1/", true), ("ghcr.io/", "docker.io", false),
    ])
    func theLoginIsThatOfTheImagesRegistry(_ prefix: String, _ server: String, isUsed: Bool) throws {
        var deployment = try PlanStage.deployment("tiny")
        deployment.image.local = try ImageReference(prefix + "some/app:1")
        deployment.pullCredentials = [RegistryCredential(server: server, username: "u", password: "p")]
        let plan = try PlanStage.plan(deployment)
        #expect((PlanStage.task(plan, "web")["Config"]?["auth"] != nil) == isUsed)
        #expect((plan.variable != nil) == isUsed)
    }
}
