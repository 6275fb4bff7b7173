import AdapterKit

extension Suite {
    /// Where images come from.
    static let registry: [ConformanceCase] = [
        ConformanceCase("registry.source-is-said", "The manifest says where images come from.", .core, needs: []) {
            stage in
            try expect(
                stage.manifest.images == .none || !stage.subject.plugin.variables.isEmpty
                    || !stage.subject.plugin.settings.isEmpty || stage.subject.form == .dokkuPlugin,
                "images come from \(stage.manifest.images.rawValue), and nothing says where the backend is")
        },
        ConformanceCase("registry.image-of-the-release", "What runs is the image that the release names.") { stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app, image: stage.backend.images.second))
            let asked = stage.backend.journal.all.contains {
                String(decoding: $0.request.body, as: UTF8.self).contains(stage.backend.images.second.description)
            }
            try expect(asked, "\(stage.backend.images.second) was never asked for")
        },
        ConformanceCase("registry.no-pull-of-local-images", "An image of the local engine is not pulled.") { stage in
            guard stage.manifest.images == .localEngine else { return }
            try await stage.deploy(stage.release(stage.app()))
            try expect(
                !stage.backend.journal.all.contains { $0.request.path.hasSuffix("/images/create") },
                "a pull was asked for")
        },
        ConformanceCase("registry.missing-once", "For an image that nobody has, an adapter does not ask on and on.") {
            stage in
            _ = try await stage.failure(of: stage.release(stage.app(), image: stage.backend.images.missing))
            let times = stage.backend.journal.all.filter {
                $0.request.target.contains(stage.backend.images.missing.repository.split(separator: "/").last ?? "")
            }.count
            try expect(times <= 10, "it was asked for \(times) times")
        },
    ]
}
