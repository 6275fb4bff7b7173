import AdapterKit

extension Suite {
    /// Under a fault a call either keeps its promise or fails with a cause, in time, and leaves nothing half done.
    private static func under(
        _ fault: Fault, _ word: String, _ promise: String, needs: Set<ConformanceCase.Need> = [.workloads],
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(
            "resilience.\(fault.rawValue).\(word)", "When \(fault.sentence), \(promise)", .resilience, needs: needs,
            fault: fault, body)
    }

    private static func cases(_ fault: Fault) -> [ConformanceCase] {
        var cases = [
            under(fault, "deploy", "a first deploy is whole or leaves nothing, and says why.") { stage in
                let app = try stage.app()
                do {
                    _ = try await stage.bringUp(stage.release(app, ["web": Part(2)]))
                } catch let error as AdapterError {
                    try expect(!fault.isSurvivable, "it failed: \(error.message)")
                    try stage.expectWord(of: fault, in: error)
                    return try await stage.expectNothing(of: app, fault, error)
                }
                try expect(try await stage.running(app, count: 2).count, is: 2, "what runs after a success")
            },
            under(fault, "second-deploy", "a second deploy is whole or leaves the first as it was, and says why.") {
                stage in
                let app = try stage.app()
                // The first one may fail, too: then it is tried until the fault has passed.
                var isUp = false
                for _ in 0..<4 where !isUp {
                    do {
                        try await stage.deploy(stage.release(app))
                        isUp = true
                    } catch is AdapterError { continue }
                }
                // A backend that nobody can reach has no first release to keep.
                guard isUp else { return try expect(fault.isLasting, "no deploy ever worked") }
                let before = stage.live(app).map(\.id)
                do {
                    let rollout = try await stage.bringUp(stage.release(app, image: stage.backend.images.second))
                    let found = try await stage.running(app)
                    try expect(found.holds(rollout.instances.map(\.id)), "what was reported does not run")
                } catch let error as AdapterError {
                    try expect(!fault.isSurvivable, "it failed: \(error.message)")
                    try expect(error.message.count > 10, "'\(error.message)' says too little")
                    let after = try await stage.running(app)
                    try expect(after.holds(before), "the first release was touched")
                }
            },
            under(fault, "run", "a task gives its own exit status or fails with a cause.", needs: [.run]) { stage in
                let app = try stage.app()
                do {
                    let status = try await stage.run(stage.task(app, ["kit", "exit", "7"]))
                    try expect(status.rawValue, is: 7, "the exit status of a success")
                } catch let error as AdapterError {
                    try expect(!fault.isSurvivable, "it failed: \(error.message)")
                    try expect(error.message.count > 10, "'\(error.message)' says too little")
                }
            },
            under(fault, "status", "the status is told or fails with a cause.") { stage in
                let app = try stage.app()
                stage.setLive([Instance(id: "0000000000aa", name: InstanceName(.web, 1))], of: app)
                for _ in 0..<6 {
                    do {
                        let status = try await stage.status(app)
                        try expect(status.running, is: .no, "the word for an instance that is not there")
                    } catch let error as AdapterError {
                        try expect(!fault.isSurvivable, "it failed: \(error.message)")
                        try expect(error.message.count > 10, "'\(error.message)' says too little")
                    }
                }
            },
        ]
        if fault == .tls {
            cases.append(
                under(fault, "nothing-is-told", "nothing is asked of it, and nothing told.") { stage in
                    do {
                        _ = try await stage.bringUp(stage.release(stage.app()))
                    } catch is AdapterError {
                        return try expect(
                            stage.backend.journal.all.map(\.summary), is: [], "what was asked all the same")
                    }
                    throw Broken("a deploy to a server that is not to be trusted was reported as done")
                })
        }
        if [.truncatedFrame, .trickle, .clientAway].contains(fault) {
            cases.append(
                under(fault, "logs", "a log is shown as far as it came.") { stage in
                    let app = try stage.app()
                    do {
                        try await stage.deploy(stage.release(app, ["web": Part(1, "lines-and-stay", "20")]))
                        _ = try await stage.logs(app)
                    } catch let error as AdapterError {
                        try expect(error.message.count > 10, "'\(error.message)' says too little")
                    }
                })
        }
        return cases
    }

    /// Every core promise that is about a backend, under a fault that a good client does not let anybody notice.
    private static func corePromises(_ fault: Fault) -> [ConformanceCase] {
        let kept = contract + deploy + failure + run + enter + logs + secrecy + retire + lifecycle + inspection
        return kept.filter { $0.level == .core && !$0.needs.isEmpty }.map { promise in
            ConformanceCase(
                "resilience.\(fault.rawValue).\(promise.id)",
                "When \(fault.sentence), it holds all the same: \(promise.promise)", .resilience,
                needs: promise.needs, fault: fault, promise.check)
        }
    }

    /// The core promises on a bad day.
    static let resilience: [ConformanceCase] =
        Fault.allCases.flatMap(cases) + Fault.allCases.filter(\.isSlowness).flatMap(corePromises)
}

extension Stage {
    /// A failure that a person must do something about names it.
    fileprivate func expectWord(of fault: Fault, in error: AdapterError) throws {
        guard let word = fault.word(at: subject.backend) else { return }
        try expect(told(error).lowercased().contains(word), "'\(told(error))' does not name the \(word)")
    }

    /// After a failed deploy nothing is left, unless the backend could not be told to remove it, and that was said.
    fileprivate func expectNothing(of app: AppName, _ fault: Fault, _ error: AdapterError) async throws {
        try expect(error.message.count > 10, "'\(error.message)' says too little")
        let isSaid = seen.contains("could not be removed")
        let left = try await objects(of: app) { $0.isEmpty || isSaid }
        guard !left.isEmpty else { return }
        try expect(isSaid, "\(left.map(\.name).joined(separator: ", ")) is left, and nobody said so")
    }
}
