import APIClient
import AdapterKit
import DockerEngine
import JSONDocument

extension DockerLocalAdapter: ImageRetiring {
    func unusedImages(of instances: [String], app: App, retiring: Set<String>) async throws -> [String] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("look for old images of \(app.name)") {
            let containers = try await engine.send(.containers(["label": ["\(Label.app)=\(app.name)"]]))
            let gone = retiring.union(instances)
            let used = Set(containers.filter { !gone.contains($0.Id) }.compactMap(\.ImageID))
            let old = containers.filter { container in
                instances.contains(container.Id) && container.ImageID.map { !used.contains($0) } == true
            }
            return Set(old.compactMap(\.ImageID).map(Self.bare)).sorted()
                + Set(old.flatMap(Self.alternateTags)).sorted()
        }
    }

    func retireImages(_ images: [String], of app: AppName) async throws -> [String] {
        let engine = try await connection.engine()
        let containers = try await EngineTrouble.translating("look for old images of \(app)") {
            try await engine.send(.containers(["label": ["\(Label.app)=\(app)"]]))
        }
        let used = Set(containers.compactMap(\.ImageID).map(Self.bare))
        return try await throttled(images, atOnce: 4) { image -> String? in
            do {
                // The app came back to it: it is not old any more.
                guard try await !used.contains(id(of: image, engine)) else { return image }
                try await engine.send(.removeImage(image))
                return image
            } catch let failure as APIFailure where failure.status == 404 {
                return image
            } catch let failure as APIFailure where failure.status == 409 {
                // Of an image that others are built on nothing would be freed; one that others run waits for them.
                return failure.description.contains("being used by") ? nil : image
            } catch {
                return nil
            }
        }.compactMap { $0 }
    }

    /// A queue's line may name an image instead.
    private func id(of image: String, _ engine: DockerEngine) async throws -> String {
        guard image.contains(where: { $0 == ":" || $0 == "/" }) else { return image }
        return Self.bare(try await engine.send(.inspectImage(image)).Id)
    }

    /// The other names of a container's image, which its label tells (contract 2.8).
    private static func alternateTags(_ container: ContainerSummary) -> [String] {
        guard let text = container.Labels[Label.alternateTags], let list = try? JSONValue(parsing: Array(text.utf8))
        else {
            return []
        }
        return (list.items ?? []).compactMap(\.text)
    }

    /// An id as the queue has it.
    private static func bare(_ id: String) -> String { id.hasPrefix("sha256:") ? String(id.dropFirst(7)) : id }
}
