import TestSupport
import Testing

/// Going back inside a Dokku puts its own files back. What other plugins answer is canned on the stage, so what the
/// deploy then makes of them is not looked at.
struct RollbackTests {
    @Test func dokkusFilesComeBack() async throws {
        try await LocalStage.with { local in
            let stage = local.stage
            let files = ["home/shop/ENV", "lib/config/ps/shop/scale"]
            let before = ["export COLOUR='green'\n", "web=1\n"]
            for (file, text) in zip(files, before) { try stage.write(text, to: file) }
            try await local.deploy()
            for file in files { try stage.write("another=2\n", to: file) }
            try await local.deploy()

            let result = try await stage.dokku(["scheduler:rollback", "shop", "1"])
            #expect(result.status == 0, "\(result)")
            #expect(result.output.hasSuffix("=====> Release 3 of shop serves: it is release 1 again\n"))
            #expect(files.map { stage.read($0) } == before)
            let releases = try await stage.dokku(["scheduler:releases", "shop"]).output
            #expect(releases.contains("3 live") && releases.contains("rollback to 1"), "\(releases)")
        }
    }
}
