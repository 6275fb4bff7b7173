import Foundation
import TestSupport
import Testing

/// Images whose time is set with that of their last container (contract 2.8).
struct DeadImageTests {
    private static let builtName = "registry.example.com/shop:built"

    /// What the queue holds of images once the app's only container is to go.
    private func queued(_ local: LocalStage) async throws -> [String] {
        try await local.deploy()
        // Deployed by Dokku's own, it has no releases to go back to, which would keep their images.
        try FileManager.default.removeItem(atPath: "\(local.stage.library)/data/linkspan/shop")
        let result = try await local.stage.trigger("scheduler-register-retired", "shop", local.container, "600")
        #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(result)")
        let text = local.stage.read("lib/data/scheduler-docker-local/dead-images") ?? ""
        return text.split(separator: "\n").map { String($0.split(separator: " ")[1]) }
    }

    @Test func otherNamesOfTheImageGoWithIt() async throws {
        try await LocalStage.with { local in
            let names = try await queued(local)
            #expect(names.count == 2 && names.last == Self.builtName, "\(names)")
            #expect(names.first?.contains("sha256:") == false)
        }
    }

    @Test func theImageThatAnAppIsMadeFromStays() async throws {
        try await LocalStage.with { local in
            try local.stage.set("git", "shop", "source-image", Self.builtName)
            let names = try await queued(local)
            #expect(names.count == 1 && !names.contains(Self.builtName), "\(names)")
        }
    }
}
