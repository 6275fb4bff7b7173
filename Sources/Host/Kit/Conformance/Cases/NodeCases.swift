import AdapterKit

extension Suite {
    /// What an app may run on.
    static let nodes: [ConformanceCase] = [
        ConformanceCase(
            "nodes.told", "The platforms of the nodes are told, in Go's words for systems and architectures.", .core,
            needs: [.nodes]
        ) { stage in
            let found = try await stage.platforms(stage.app())
            try expect(!found.isEmpty, "no platform is told of a backend that runs things")
            for platform in found {
                for word in [platform.os, platform.architecture] {
                    try expect(
                        !word.isEmpty && word.allSatisfy { $0.isLowercase || $0.isNumber },
                        "'\(platform)' is no platform as Go names it")
                }
                try expect(
                    !["x86_64", "aarch64", "i386", "armhf"].contains(platform.architecture),
                    "\(platform.architecture) is the kernel's word, not Go's")
            }
        },
        ConformanceCase(
            "nodes.changes-nothing", "Asking for the nodes changes nothing, and gives the same answer again.",
            needs: [.nodes]
        ) { stage in
            let app = try stage.app()
            let before = try await stage.backend.objects { _ in true }
            let first = try await stage.platforms(app)
            try expect(try await stage.platforms(app), is: first, "the platforms")
            try expect(try await stage.backend.objects { _ in true }, is: before, "what is at the backend")
        },
        ConformanceCase(
            "nodes.unreachable", "A backend that does not answer is an error, not a backend without nodes.",
            .resilience,
            needs: [.nodes], fault: .tls
        ) { stage in
            do {
                _ = try await stage.platforms(stage.app())
            } catch is AdapterError {
                return
            }
            throw Broken("nobody could be asked, and there was an answer")
        },
    ]
}

extension Stage {
    fileprivate func platforms(_ app: AppName) async throws -> Set<Platform> {
        try await role((any NodeListing).self).platforms(for: known(app))
    }
}
