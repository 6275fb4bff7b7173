import AdapterKit
import Fakes
import JSONDocument
import Traffic

/// What stands where an adapter's API stands: a fake, a recording, or a real server behind a journal.
package protocol Backend: Sendable {
    /// The environment variables by which an adapter finds it.
    var variables: [String: String] { get }
    /// What is deployed there.
    var images: KitImages { get }
    /// The class of the storage that a case may ask for; empty for the backend's default.
    var storageClass: String { get }
    /// How many times faster than real time waits pass.
    var speed: Double { get }
    var source: Outcome.Source { get }
    /// The requests that were made, in order.
    var journal: Journal { get }
    /// Everything that is there and that `run` made, as an observer sees it; waits until `isEnough`, for some seconds.
    func objects(until isEnough: @Sendable ([FakeObject]) -> Bool) async throws -> [FakeObject]
    /// Ends it.
    /// - Returns: what was wrong with the requests as a whole, such as recorded ones that nobody made.
    func finish() async -> [String]
}

extension Backend {
    package var storageClass: String { "" }
}

/// The images that the kit deploys.
package struct KitImages: Sendable {
    /// Has the program `kit` and serves when nothing else is said.
    package var good: ImageReference
    /// The same, another release.
    package var second: ImageReference
    /// Nobody has it.
    package var missing: ImageReference

    package init(good: ImageReference, second: ImageReference, missing: ImageReference) {
        self.good = good
        self.second = second
        self.missing = missing
    }

    /// Those of the local engine.
    package static func local() throws -> KitImages {
        KitImages(
            good: try ImageReference("linkspan-kit/app:1"), second: try ImageReference("linkspan-kit/app:2"),
            missing: try ImageReference("linkspan-kit/nobody-has-this:1"))
    }
}

/// Which API an adapter speaks.
public enum BackendKind: String, Sendable, Codable, CaseIterable {
    /// The Docker Engine's.
    case docker
    /// Kubernetes'.
    case kubernetes
    /// Nomad's.
    case nomad
    /// None at all.
    case none

    /// The versions that its state machine can claim, where what it answers depends on them: the oldest that adapters
    /// have to get along with, and a new one.
    public var faces: [String] {
        switch self {
        case .kubernetes: ["1.20", "1.36"]
        case .nomad: ["1.1.0", "1.8.4"]
        case .docker, .none: []
        }
    }

    /// What an adapter's manifest and variables let guess.
    package init(_ plugin: AdapterPlugin) {
        let names = Set(plugin.variables)
        if plugin.manifest.images == .none {
            self = .none
        } else if names.contains("KUBECONFIG") {
            self = .kubernetes
        } else if names.contains("NOMAD_ADDR") {
            self = .nomad
        } else {
            self = .docker
        }
    }
}
