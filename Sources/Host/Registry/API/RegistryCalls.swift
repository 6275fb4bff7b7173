import APIClient
import JSONDocument

/// The documents that a registry is asked for: single images and indexes, Docker's and OCI's.
private let manifestTypes = [
    "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
]

private let accept = [HTTPHeader("Accept", manifestTypes.joined(separator: ", "))]

private func path(_ repository: String, _ rest: String) -> String { "/v2/\(repository)/\(rest)" }

/// What a registry says of a manifest without sending it.
package struct ManifestHead: Sendable, Equatable {
    /// `nil` when the registry does not tell.
    package var digest: String?
    package var type: String

    /// Whether it leads to images of several platforms.
    package var isIndex: Bool { type.contains("image.index") || type.contains("manifest.list") }
}

/// A manifest as the registry keeps it: equal bytes have an equal digest.
package struct StoredManifest: Sendable, Equatable {
    package var head: ManifestHead
    package var bytes: [UInt8]
}

/// A page of a repository's tags.
package struct TagPage: Sendable, Equatable {
    package var tags: [String]
    /// Where the next page is; `nil` for the last.
    package var next: String?
}

extension ManifestHead {
    init(_ head: ResponseHead) {
        digest = head.header("docker-content-digest")
        let type = head.header("content-type") ?? ""
        self.type = String(type.prefix { $0 != ";" })
    }
}

extension APICall where Reply == ManifestHead? {
    /// `nil` when there is none; `reference` is a tag or a digest.
    package static func manifestHead(_ repository: String, _ reference: String) -> Self {
        .init(
            APIRequest(.head, path(repository, "manifests/" + reference), headers: accept), expecting: [200, 404]
        ) { $0.status == 404 ? nil : ManifestHead($0.head) }
    }
}

extension APICall where Reply == StoredManifest {
    package static func manifest(_ repository: String, _ reference: String) -> Self {
        .init(APIRequest(.get, path(repository, "manifests/" + reference), headers: accept), expecting: [200]) {
            StoredManifest(head: ManifestHead($0.head), bytes: $0.body)
        }
    }
}

extension APICall where Reply == String? {
    /// Begins an upload, which shows whether one may; the reply is where it goes on.
    package static func startUpload(_ repository: String) -> Self {
        .init(APIRequest(.post, path(repository, "blobs/uploads/"), isIdempotent: true), expecting: [202]) {
            $0.head.header("location").map(pathAndQuery)
        }
    }
}

extension APICall where Reply == TagPage {
    /// - Parameter page: the `next` of the page before.
    package static func tags(_ repository: String, page: String? = nil) -> Self {
        .init(
            APIRequest(.get, page ?? path(repository, "tags/list") + "?n=1000"), expecting: [200, 404]
        ) { response in
            guard response.status == 200 else { return TagPage(tags: [], next: nil) }
            let document = try JSONValue(parsing: response.body)
            return TagPage(
                tags: (document["tags"]?.items ?? []).compactMap(\.text), next: nextPage(response.head.header("link")))
        }
    }
}

extension APICall where Reply == Void {
    /// Whether somebody may be here at all.
    package static var registryVersion: Self { .init(APIRequest(.get, "/v2/"), expecting: [200]) }

    /// Gives a manifest that the registry has one more name.
    package static func putManifest(_ manifest: StoredManifest, _ repository: String, tag: String) -> Self {
        .init(
            APIRequest(
                .put, path(repository, "manifests/" + tag),
                body: .init(bytes: manifest.bytes, contentType: manifest.head.type)), expecting: [201])
    }

    /// Removes a manifest with all its tags. One that is gone is fine.
    package static func deleteManifest(_ repository: String, digest: String) -> Self {
        .init(APIRequest(.delete, path(repository, "manifests/" + digest)), expecting: [202, 404])
    }

    /// Gives up an upload that ``APICall/startUpload(_:)`` began; registries that do not know how forget it in time.
    package static func cancelUpload(_ location: String) -> Self {
        .init(APIRequest(.delete, location), expecting: Set(200..<500))
    }
}

/// A registry may answer with a whole address or with a path.
private func pathAndQuery(_ location: String) -> String {
    guard location.hasPrefix("http://") || location.hasPrefix("https://") else { return location }
    let rest = location.drop { $0 != ":" }.dropFirst(3)
    return String(rest.drop { $0 != "/" })
}

/// `</v2/a/tags/list?last=x&n=10>; rel="next"`
private func nextPage(_ link: String?) -> String? {
    guard let link, link.contains("next"), let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">")
    else { return nil }
    return pathAndQuery(String(link[link.index(after: start)..<end]))
}
