import AdapterKit

extension Suite {
    private static func compared(
        _ id: String, _ promise: String, _ level: ConformanceCase.Level = .standard,
        _ check: @escaping @Sendable (Stage, AppName) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase("diff." + id, promise, level, needs: [.diff, .workloads]) { stage in
            try await check(stage, stage.app())
        }
    }

    /// What a deploy would change, told beforehand.
    static let comparison: [ConformanceCase] = [
        compared("first-release", "Compared with nothing, a release is all new, and nothing is made.", .core) {
            stage, app in
            let found = try await stage.compare(stage.release(app))
            try expect(found.parts.contains { $0.change == .create }, "nothing would be made")
            try expect(
                !found.parts.contains { [.update, .delete].contains($0.change) },
                "something would be changed that is not there")
            try expect(try await stage.objects(of: app).map(\.name), is: [], "what was made")
        },
        compared("unchanged", "A release that runs already is told as unchanged, and nothing is changed.", .core) {
            stage, app in
            let parts = ["web": Part(2), "worker": Part(1, "sleep", "100000")]
            try await stage.deploy(stage.release(app, parts))
            let before = try await stage.objects(of: app)
            let found = try await stage.compare(stage.release(app, parts))
            try expect(found.isUnchanged, "it would change \(found.changes)")
            try expect(found.parts.flatMap(\.lines), is: [], "the lines that differ")
            try expect(try await stage.objects(of: app), is: before, "what is at the backend")
        },
        compared("changed-image", "Another image is told as a change, by its name, and nothing is changed.", .core) {
            stage, app in
            try await stage.deploy(stage.release(app))
            let before = try await stage.objects(of: app)
            let found = try await stage.compare(stage.release(app, image: stage.backend.images.second))
            try expect(!found.isUnchanged, "nothing would change")
            try expect(
                found.told.contains(stage.backend.images.second.description), "'\(found.told)' does not name the image")
            try expect(try await stage.objects(of: app), is: before, "what is at the backend")
        },
        compared("changed-scale", "Another scale is told as a change.") { stage, app in
            try await stage.deploy(stage.release(app, ["web": Part(1)]))
            let found = try await stage.compare(stage.release(app, ["web": Part(3)]))
            try expect(!found.isUnchanged, "nothing would change")
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        compared("masked", "A changed value of the config is told as a change, and not shown.", .core) { stage, app in
            try await stage.deploy(stage.release(app))
            let other = "an0ther-value-that-nobody-may-see"
            let found = try await stage.compare(stage.release(app, environment: ["DATABASE_URL": other]))
            try expect(!found.isUnchanged, "nothing would change")
            try stage.expectNoSecret(in: found.told, "the comparison")
            try stage.expectNoSecret(in: found.token, "the token")
            for form in Secrets.forms(of: other) {
                try expect(!found.told.contains(form.text), "the new value is shown \(form.name)")
            }
        },
        compared("same-again", "The same comparison twice gives the same answer, token included.") { stage, app in
            try await stage.deploy(stage.release(app))
            let release = try stage.release(app, image: stage.backend.images.second)
            try expect(try await stage.compare(release), is: try await stage.compare(release), "the comparison")
        },
        compared("agreed", "A deploy with the token of a comparison that still holds is done.") { stage, app in
            try await stage.deploy(stage.release(app))
            var release = try stage.release(app, image: stage.backend.images.second)
            release.agreedState = try await stage.compare(release).token
            try await stage.deploy(release)
            try expect(try await stage.running(app, count: 1).count, is: 1, "what runs")
        },
        compared(
            "outdated", "A deploy with the token of a comparison that no longer holds is refused, and changes nothing.",
            .core
        ) { stage, app in
            try await stage.deploy(stage.release(app))
            var release = try stage.release(app, image: stage.backend.images.second)
            release.agreedState = try await stage.compare(release).token
            // Meanwhile somebody else deploys.
            try await stage.deploy(stage.release(app, ["web": Part(2)]))
            let before = try await stage.running(app, count: 2).map(\.id).sorted()
            release.app = stage.known(app)
            let error = try await stage.failure(of: release)
            try expect(error.code, is: .conflict, "the error's code")
            try expect(try await stage.running(app, count: 2).map(\.id).sorted(), is: before, "what runs")
        },
    ]
}

extension Stage {
    fileprivate func compare(_ release: Deployment) async throws -> Comparison {
        let found = try await role((any Comparing).self).compare(release)
        saw(found.told)
        return found
    }
}

extension Comparison {
    /// What a person reads.
    fileprivate var told: String {
        parts.flatMap { ["\($0.change.rawValue) \($0.name)"] + $0.lines }.joined(separator: "\n")
    }

    fileprivate var changes: String {
        parts.filter { $0.change != .keep }.map { "\($0.change.rawValue) \($0.name)" }.joined(separator: ", ")
    }
}
