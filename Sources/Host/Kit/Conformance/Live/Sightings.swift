import Fakes
import JSONDocument
import Traffic

/// What the kit sees when it looks at a real server: noted with the number of requests that had come before, so that a
/// replay shows it at the same moment.
struct Sightings: Sendable {
    let recorder: Recorder
    private let seen = Synchronized<[JSONValue]>([])

    init(_ recorder: Recorder) {
        self.recorder = recorder
    }

    /// Looks again and again until there is enough to see or time is up: programs take their time to end.
    /// - Returns: what was seen last, which is all that is noted.
    func objects(
        until isEnough: @Sendable ([FakeObject]) -> Bool, tries: Int = 200, every pause: Duration = .milliseconds(300),
        _ look: () async throws -> [FakeObject]
    ) async throws -> [FakeObject] {
        var objects = try await look()
        for _ in 0..<tries where !isEnough(objects) {
            try await Task.sleep(for: pause)
            objects = try await look()
        }
        let note: JSONValue = ["after": .integer(recorder.begun), "objects": .array(objects.map(\.document))]
        seen.update { $0.append(note) }
        return objects
    }

    /// What was asked and answered, and what was seen, as it came.
    var raw: (exchanges: [Exchange], observations: [JSONValue]) { (recorder.exchanges, seen.value) }
}
