import Foundation
import TestSupport
import Testing

/// The ledger as people see it, on the scheduler that runs nothing.
struct ReleaseTests {
    private let binary: Binary

    init() async throws {
        binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere/docker.sock", "SSH_NAME": "ada"])
        for words in [["apps:create", "shop"], ["scheduler:set", "shop", "selected", "null"]] {
            try await binary.run(words)
        }
    }

    @discardableResult
    private func deploy(_ image: String, _ environment: String, _ scale: String, skipping: String = "") async throws
        -> RunResult
    {
        try binary.project.write("web: a\nworker: b\n", to: "Procfile")
        try binary.project.write(environment, to: ".env")
        try await binary.run("ps:scale", "--skip-deploy", "shop", scale)
        try await binary.run(skipping.isEmpty ? ["checks:enable", "shop"] : ["checks:skip", "shop", skipping])
        let result = try await binary.run("deploy", "shop", "--image", image, "--project", binary.project.path)
        #expect(result.status == 0, "\(result.error)")
        return result
    }

    private func json(_ words: String...) async throws -> Any {
        let result = try await binary.run(words + ["--format", "json"])
        #expect(result.status == 0, "\(result.error)")
        return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    }

    private func three() async throws {
        try await deploy("shop:1", "KEY=canary-1\nOLD=x\n", "web=1", skipping: "web")
        try await deploy("shop:2", "KEY=canary-2\nNEW=y\n", "web=3")
        try await deploy("shop:2", "KEY=canary-2\nNEW=y\n", "web=3")
    }

    @Test func everyDeployIsTold() async throws {
        #expect(try await binary.run("releases", "shop").output.contains("=====> shop releases\n"))
        try await three()
        let list = try #require(try await json("releases", "shop") as? [[String: Any]])
        #expect(list.compactMap { $0["number"] as? Int } == [3, 2, 1])
        #expect(list.compactMap { $0["live"] as? Bool } == [true, false, false])
        #expect(list.allSatisfy { $0["by"] as? String == "ada" && $0["outcome"] as? String == "succeeded" })
        #expect(list.allSatisfy { ($0["rollback"] as? [String: Any])?["possible"] as? Bool == true })
        let info = try #require(try await json("releases:info", "shop", "1") as? [String: Any])
        #expect((info["config"] as? [String: Any])?["names"] as? [String] == ["KEY", "OLD"])
        #expect((info["image"] as? [String: Any])?["reference"] as? String == "shop:1")
        #expect(info["scale"] as? [String: Int] == ["web": 1, "worker": 0])
        let web = try #require((info["checks"] as? [String: Any])?["web"] as? [String: Any])
        #expect(web["mode"] as? String == "skipped")
        let lines = try await binary.run("releases:diff", "shop", "1", "2").lines
        #expect(
            lines
                == [
                    "=====> shop release 1 and release 2", "       Image: shop:1 -> shop:2", "       Config: added NEW",
                    "       Config: removed OLD", "       Config: changed KEY", "       Scale: web 1 -> 3",
                    "       Checks: web skipped -> enabled", "       Checks: worker enabled, set otherwise",
                ].filter { !$0.contains("worker") })
        let same = try #require(try await json("releases:diff", "shop", "2", "3") as? [String: Any])
        #expect(same["same"] as? Bool == true)
        let table = try await binary.run("releases", "shop").output
        #expect(table.contains("3 live "), "\(table)")
        let everything = try await binary.run("releases:info", "shop", "2").output + table
        #expect(!everything.contains("canary") && everything.contains("KEY, NEW"))
        #expect(binary.home.read("lib/data/linkspan/shop/releases.jsonl")?.contains("canary") == false)
    }

    @Test func goingBackTakesImageConfigScaleAndChecksTogether() async throws {
        try await three()
        // Without a number: the last one that differs, which is not the one before.
        let result = try await binary.run("rollback", "shop")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.hasSuffix("=====> Release 4 of shop serves: it is release 1 again\n"), "\(result.output)")
        #expect(binary.home.read("lib/config/shop/ENV") == "KEY=canary-1\nOLD=x\n")
        #expect(binary.home.read("lib/config/ps/shop/scale")?.contains("web=1\n") == true)
        #expect(binary.home.read("lib/config/checks/shop/skipped") == "web")
        #expect(binary.home.read("lib/config/linkspan/shop/image") == "shop:1")
        #expect(!binary.home.names("lib/data/linkspan/shop").contains("restoring.json"))
        let info = try #require(try await json("releases:info", "shop", "4") as? [String: Any])
        #expect(info["reason"] as? String == "rollback" && info["from"] as? Int == 1)
        let same = try #require(try await json("releases:diff", "shop", "1", "4") as? [String: Any])
        #expect(same["same"] as? Bool == true, "\(same)")
        let unknown = try await binary.run("rollback", "shop", "9")
        #expect(unknown.status == 1 && unknown.error.contains("shop has no release 9"), "\(unknown.error)")
        #expect(
            unknown.error.contains("releases that are kept: 1 to 4") && unknown.error.contains("linkspan releases shop")
        )
    }

    @Test func whatAKilledRollbackHasPutBackIsTakenAwayAgain() async throws {
        try await three()
        // As it is found when the process dies between the files and the switch.
        let folder = "lib/data/linkspan/shop/"
        let before = try #require(binary.home.read(folder + "release-3.json"))
        try binary.home.write(#"{"before":\#(before),"images":{},"live":3}"#, to: folder + "restoring.json")
        try binary.home.write("KEY=canary-1\n", to: "lib/config/shop/ENV")
        let result = try await binary.run("ps:restart", "shop")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("Config, scale and checks of shop are again what they were"))
        #expect(binary.home.read("lib/config/shop/ENV") == "KEY=canary-2\nNEW=y\n")
        let info = try #require(try await json("releases:info", "shop", "4") as? [String: Any])
        #expect(info["reason"] as? String == "restart")
    }

    @Test func aReleaseThatFailedIsToldAndNotGoneBackTo() async throws {
        try await deploy("shop:1", "", "web=1")
        try await binary.run("scheduler:set", "shop", "selected", "docker-local")
        let failed = try await binary.run("deploy", "shop", "--image", "shop:2", "--project", binary.project.path)
        #expect(failed.status != 0)
        let list = try #require(try await json("releases", "shop") as? [[String: Any]])
        #expect(list.first?["outcome"] as? String == "failed")
        #expect((list.first?["cause"] as? [String: Any])?["code"] as? String == "unreachable")
        #expect((list.first?["rollback"] as? [String: Any])?["why"] as? String == "it never took over")
        #expect(list.last?["live"] as? Bool == true)
        let refused = try await binary.run("rollback", "shop", "2")
        #expect(refused.status == 1 && refused.error.contains("cannot go back to release 2: it never took over"))
        #expect(refused.error.contains("nothing was changed"))
        #expect(try await (json("releases", "shop") as? [Any])?.count == 2)
    }

    @Test func releasesGoWithTheirAppAndNoFurtherThanIsSet() async throws {
        try await three()
        #expect(try await binary.run("scheduler:set", "shop", "releases-kept", "none").status == 1)
        try await binary.run("scheduler:set", "shop", "releases-kept", "2")
        try await deploy("shop:4", "", "web=1")
        let list = try #require(try await json("releases", "shop") as? [[String: Any]])
        #expect(list.compactMap { $0["number"] as? Int } == [4, 3])
        #expect(binary.home.names("lib/data/linkspan/shop") == ["release-3.json", "release-4.json", "releases.jsonl"])
        try await binary.run("apps:clone", "--skip-deploy", "shop", "copy")
        #expect(try await (json("releases", "copy") as? [Any])?.isEmpty == true)
        try await binary.run("apps:rename", "shop", "store")
        let store = try #require(try await json("releases", "store") as? [[String: Any]])
        #expect(store.compactMap { $0["number"] as? Int } == [5, 4] && store.first?["reason"] as? String == "rename")
        #expect(
            binary.home.names("lib/data/linkspan") == ["store"]
                || binary.home.names("lib/data/linkspan") == ["copy", "store"])
        try await binary.run("apps:destroy", "--force", "store")
        #expect(!binary.home.names("lib/data/linkspan").contains("store"))
    }

    @Test func whatRunsCannotBeComparedWhereNothingRuns() async throws {
        let early = try await binary.run("scheduler:diff", "shop")
        #expect(early.status == 1 && early.error.contains("no release of it has been noted"), "\(early.error)")
        try await deploy("shop:1", "", "web=1")
        let result = try await binary.run("scheduler:diff", "shop")
        #expect(result.status == 10 && result.error.contains("the null scheduler cannot compare what runs"))
    }
}
