import AdapterKit

extension KitImages {
    /// What the nodes of a cluster can have.
    /// - Parameter given: the first and the second release's image; none where the nodes take their images from the
    ///   Docker Engine of this machine.
    /// - Throws: ``Broken`` when there are none.
    static func onNodes(_ given: [String]) async throws -> KitImages {
        guard given.isEmpty else {
            guard given.count == 2 else {
                throw Broken("--image is to be given twice: for a first and a second release")
            }
            return KitImages(
                good: try ImageReference(given[0]), second: try ImageReference(given[1]),
                missing: try KitImages.local().missing)
        }
        do {
            return try await DockerTarget.connect("unix:///var/run/docker.sock").images
        } catch {
            throw Broken(
                "the cluster's nodes have to have the kit's images: give two with --image, "
                    + "or let a Docker Engine that the nodes use answer here (\(error))")
        }
    }
}
