import AdapterKit
import JSONDocument

/// Which manifest a release is pinned to when its tag leads to an index: on purpose, not by whoever pulls first.
///
/// An index also holds documents that are no images, such as attestations (`unknown/unknown`).
package struct PlatformChoice: Sendable, Equatable {
    /// The images in the index, by platform.
    package let images: [Platform: String]

    /// - Throws: when `index` is no such document.
    package init(index: [UInt8]) throws {
        let document = try JSONValue(parsing: index)
        var images: [Platform: String] = [:]
        for entry in document["manifests"]?.items ?? [] {
            guard let digest = entry["digest"]?.text, let os = entry["platform"]?["os"]?.text,
                let architecture = entry["platform"]?["architecture"]?.text, os != "unknown",
                entry["annotations"]?["vnd.docker.reference.type"]?.text != "attestation-manifest"
            else { continue }
            // The first of several variants is the one that most machines run.
            let platform = Platform(os: os, architecture: architecture)
            images[platform] = images[platform] ?? digest
        }
        self.images = images
    }

    /// The digest to deploy: the index where it has images for several platforms, else its only image.
    /// - Parameters:
    ///   - index: the digest of the index.
    ///   - nodes: what the backend's nodes are; empty when nobody could be asked.
    /// - Throws: ``AdapterError`` when no node could run it.
    package func digest(index: String, nodes: Set<Platform>, of image: String) throws -> String {
        try Self.require(Set(images.keys), nodes: nodes, of: image)
        guard images.count == 1, let only = images.values.first else { return index }
        return only
    }

    /// - Throws: ``AdapterError`` when the backend has no node that an image for `platforms` runs on.
    package static func require(_ platforms: Set<Platform>, nodes: Set<Platform>, of image: String) throws {
        guard !nodes.isEmpty, !platforms.isEmpty, platforms.isDisjoint(with: nodes) else { return }
        func words(_ platforms: Set<Platform>) -> String {
            platforms.map(\.description).sorted().joined(separator: ", ")
        }
        throw AdapterError(
            .imageUnavailable, "no node can run \(image): it is for \(words(platforms))",
            details: ["the nodes are \(words(nodes))", "nothing was pushed"],
            hint: "build the image for \(nodes.map(\.description).min() ?? "them")")
    }
}
