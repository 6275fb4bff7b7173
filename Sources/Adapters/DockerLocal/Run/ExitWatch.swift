import APIClient
import DockerEngine

/// Knows which of a deploy's containers have exited, from one stream of events for all of them.
///
/// The stream is opened before the first container is made, so no exit can slip through.
actor ExitWatch {
    struct Exit: Sendable, Equatable {
        var code: Int?
        var ranOutOfMemory: Bool
    }

    private var exits: [String: Exit] = [:]
    private var outOfMemory: Set<String> = []
    private var loss: (any Error)?
    private var waiters: [Int: (id: String, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var nextWaiter = 0

    /// Notes events until the stream ends; never returns before it does.
    func follow(_ events: JSONLines<EngineEvent>) async {
        do {
            for try await event in events { note(event) }
            loss = APIFailure.interrupted(call: "GET /events", reason: "the engine ended the stream")
        } catch {
            loss = error
        }
        wake { _ in true }
    }

    /// Waits until the container exits. Throws when the events are lost, or on cancellation.
    func exit(of id: String) async throws -> Exit {
        while true {
            if let exit = exits[id] { return exit }
            try Task.checkCancellation()
            if let loss { throw loss }
            let number = nextWaiter
            nextWaiter += 1
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiters[number] = (id, $0) }
            } onCancel: {
                Task { await self.wake { $0 == number } }
            }
        }
    }

    /// How the container exited, if that is known already.
    func known(_ id: String) -> Exit? { exits[id] }

    private func note(_ event: EngineEvent) {
        switch event.Action {
        case "oom": outOfMemory.insert(event.Actor.ID)
        case "die":
            exits[event.Actor.ID] = Exit(
                code: event.Actor.Attributes?["exitCode"].flatMap { Int($0) },
                ranOutOfMemory: outOfMemory.contains(event.Actor.ID))
            wake { waiters[$0]?.id == event.Actor.ID }
        default: break
        }
    }

    private func wake(_ isMeant: (Int) -> Bool) {
        for number in waiters.keys where isMeant(number) {
            waiters.removeValue(forKey: number)?.continuation.resume()
        }
    }
}

extension ExitWatch.Exit {
    /// As it continues "web.1 …".
    var sentence: String {
        if ranOutOfMemory { return "was killed for using more memory than it may" }
        switch code {
        case .some(let code) where code > 128: return "exited with code \(code) (signal \(code - 128))"
        case .some(let code): return "exited with code \(code)"
        case nil: return "exited"
        }
    }
}
