/// An earlier release that can be gone back to. What it names on the backend stays there: an adapter that clears up
/// after a deploy leaves it alone, and clears it up with the first deploy that does not name the release any more.
public struct RetainedRelease: Codable, Sendable, Equatable {
    /// The deploy that made it.
    public var id: DeploymentID
    /// Its image, as the scheduler was told of it.
    public var image: ImageReference
    /// What the adapter said that it is made of: ``Rollout/objects``.
    public var objects: [String]

    /// Makes a release.
    public init(id: DeploymentID, image: ImageReference, objects: [String] = []) {
        self.id = id
        self.image = image
        self.objects = objects
    }
}
