import Foundation
import TestSupport
import Testing

/// `checks:run` of Dokku's on what serves, and what a build says of checks (contract 2.2, 2.6).
struct CheckDeployTests {
    private func check(_ local: LocalStage, _ process: String = "web") async throws -> RunResult {
        try await local.stage.trigger("check-deploy", "shop", local.container, process, "5000", "172.17.0.2")
    }

    @Test func aContainerThatFailsIsToldAndServesOn() async throws {
        try await LocalStage.with { local in
            try await local.deploy()
            let id = local.container
            try local.stage.state(
                "shop", "app.json",
                #"{"healthchecks":{"web":[{"name":"page","type":"startup","path":"/nowhere","attempts":1,"wait":1}]}}"#)
            let failed = try await check(local)
            #expect(failed.status == 1)
            #expect(
                failed.error.hasPrefix(
                    " !     Could not start due to 1 failed checks (web.1)\n !     web.1 check 'page' failed: GET /nowhere on "
                        + "port 5000 was answered with 404"), "\(failed.error)")
            let lines = failed.lines
            #expect(lines.first == "=====> Start of shop container output (\(id.prefix(12)) web.1)")
            #expect(lines.last == "=====> End of shop container output (\(id.prefix(12)) web.1)")
            #expect(try await local.stage.trigger("scheduler-app-status", "docker-local", "shop").output == "1 true\n")
        }
    }

    @Test func skippedChecksAreNotMade() async throws {
        try await LocalStage.with { local in
            try await local.deploy()
            try local.stage.set("checks", "shop", "skipped", "web")
            let skipped = try await check(local)
            #expect(skipped.status == 0 && skipped.error.isEmpty)
            #expect(skipped.output == "=====> Zero downtime checks have been skipped (web.1)\n")
        }
    }

    @Test func somebodyElsesAppIsNotChecked() async throws {
        try await LocalStage.with { local in
            try local.stage.create("far", on: "elsewhere")
            let result = try await local.stage.trigger("check-deploy", "far", "0123", "web", "5000", "")
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty)
        }
    }

    /// The command without a Dokku is the same call.
    @Test func aContainerThatIsGoneHasFailed() async throws {
        try await LocalStage.with { local in
            try await local.deploy()
            let gone = try await local.stage.trigger("check-deploy", "shop", "0123456789ab", "web", "5000", "")
            #expect(gone.status == 1 && gone.error.hasPrefix(" !     web.1 is gone\n"), "\(gone)")
        }
    }

    private static let withoutChecks = """
        =====> Processing deployment checks
               No web healthchecks found in app.json. Simple container checks will be performed.
               For more efficient zero downtime deployments, add healthchecks to your app.json. See \
        https://dokku.com/docs/deployment/zero-downtime-deploys/ for examples

        """

    @Test func aReleaseWithoutChecksIsToldOfThem() async throws {
        try await LocalStage.with { local in
            try local.stage.state("shop", "app.json", "{}")
            let told = try await local.stage.trigger("post-release-builder", "dockerfile", "shop", LocalStage.image)
            #expect(told.status == 0 && told.output == Self.withoutChecks)
            #expect(told.error == " !     No healthchecks found in app.json for web process type\n")
            try local.stage.create("far", on: "elsewhere")
            let far = try await local.stage.trigger("post-release-builder", "dockerfile", "far", "dokku/far:latest")
            #expect(far.status == 0 && far.output.isEmpty && far.error.isEmpty)
        }
    }

    /// A build's file counts for that build, for all once its release serves, and goes with the first that has none.
    @Test func aFileOfChecksIsReadAsHealthchecks() async throws {
        try await LocalStage.with { local in
            let stage = local.stage
            let kept = "lib/data/scheduler-docker-local/shop/CHECKS"
            let build = ["DOKKU_PID": "4711"]
            try stage.state("shop", "app.json", "{}")
            try stage.write("# how it is checked\nWAIT=0\nATTEMPTS=1\n\n/nowhere  splendid\n", to: "source/CHECKS")
            let extracted = try await stage.trigger(
                "core-post-extract", "shop", stage.path + "/source", "HEAD", setting: build)
            #expect(extracted.status == 0 && extracted.output.isEmpty && extracted.error.isEmpty)
            #expect(stage.exists(kept + ".4711") && !stage.exists(kept))

            let failed = try await stage.trigger(
                "scheduler-deploy", "docker-local", "shop", "latest", "", setting: build)
            #expect(failed.status == 1 && failed.error.contains("'check-1' failed: GET /nowhere"), "\(failed)")
            try stage.write("WAIT=0\n/health ok\n", to: "source/CHECKS")
            try await stage.trigger("core-post-extract", "shop", stage.path + "/source", "HEAD", setting: build)
            let deployed = try await stage.trigger(
                "scheduler-deploy", "docker-local", "shop", "latest", "", setting: build)
            #expect(deployed.status == 0, "\(deployed)")
            #expect(stage.read(kept) == "WAIT=0\n/health ok\n" && !stage.exists(kept + ".4711"))

            try FileManager.default.removeItem(atPath: stage.path + "/source/CHECKS")
            try await stage.trigger("core-post-extract", "shop", stage.path + "/source", "HEAD", setting: build)
            #expect(stage.exists(kept), "a release serves that was checked by it")
            try await stage.trigger("core-post-deploy", "shop", "", "", "latest", setting: build)
            #expect(!stage.exists(kept) && !stage.exists(kept + ".4711.missing"))
        }
    }
}
