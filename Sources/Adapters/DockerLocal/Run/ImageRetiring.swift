import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: ImageRetiring {
    func unusedImages(of instances: [String], app: App, retiring: Set<String>) async throws -> [String] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("look for old images of \(app.name)") {
            let containers = try await engine.send(.containers(["label": ["\(Label.app)=\(app.name)"]]))
            let gone = retiring.union(instances)
            let used = Set(containers.filter { !gone.contains($0.Id) }.compactMap(\.ImageID))
            let old = containers.filter { instances.contains($0.Id) }.compactMap(\.ImageID)
            return Set(old).subtracting(used).map(Self.bare).sorted()
        }
    }

    func retireImages(_ images: [String], of app: AppName) async throws -> [String] {
        let engine = try await connection.engine()
        let containers = try await EngineTrouble.translating("look for old images of \(app)") {
            try await engine.send(.containers(["label": ["\(Label.app)=\(app)"]]))
        }
        let used = Set(containers.compactMap(\.ImageID).map(Self.bare))
        return try await throttled(images, atOnce: 4) { image -> String? in
            // The app came back to it: it is not old any more.
            guard !used.contains(image) else { return image }
            do {
                try await engine.send(.removeImage(image))
                return image
            } catch let failure as APIFailure where failure.status == 409 {
                // Of an image that others are built on nothing would be freed; one that others run waits for them.
                return failure.description.contains("being used by") ? nil : image
            } catch {
                return nil
            }
        }.compactMap { $0 }
    }

    /// An id as the queue has it.
    private static func bare(_ id: String) -> String { id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id }
}
