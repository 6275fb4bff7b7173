import Foundation
import TestSupport
import Testing

/// `storage:exec` of Dokku's: a command beside a folder of this host (contract 2.1, 3.11).
struct StorageExecTests {
    private func entry(_ stage: DokkuStage, _ folder: String) throws {
        try stage.write(
            #"{"name": "media", "scheduler": "docker-local", "host_path": "\#(folder)", "schema_version": 1}"#,
            to: "lib/data/storage-registry/entries/media.json")
    }

    private func execute(_ stage: DokkuStage, _ words: String...) async throws -> RunResult {
        try await stage.run(
            "scheduler-storage-exec",
            ["docker-local", "media", LocalStage.tool, "--interactive=false", "--tty=false"] + words)
    }

    @Test func aCommandsOutputAndStatusAreItsOwn() async throws {
        try await LocalStage.with { local in
            try entry(local.stage, local.stage.path + "/home")
            let told = try await execute(local.stage, "--as-user", "1000", "--", "echo", "hello", "there")
            #expect(told.status == 0 && told.output == "hello there\n" && told.error.isEmpty, "\(told)")
            #expect(try await execute(local.stage, "--", "kit", "exit", "9").status == 9)
            #expect(await local.objects.isEmpty, "nothing is left of it")
            #expect(!local.stage.triggersFired.contains("post-container-create"), "it is no app's container")
        }
    }

    @Test func aFolderThatIsNotThereIsSaid() async throws {
        try await LocalStage.with { local in
            try entry(local.stage, "/no/such/folder")
            let result = try await execute(local.stage, "--", "true")
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(
                result.error == """
                     !     storage entry media is a folder that does not exist: /no/such/folder
                     !     try: mkdir -p /no/such/folder

                    """)
        }
    }
}
