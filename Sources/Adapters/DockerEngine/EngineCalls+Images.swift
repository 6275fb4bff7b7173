import APIClient
import FoundationEssentials

/// The path of an image, by name or id: the API takes a reference's slashes as they are.
private func imagePath(_ reference: String, _ action: String = "") -> String {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map { percentEncoded(String($0)) }
    return "/images/" + parts.joined(separator: "/") + action
}

extension APICall where Reply == ImageDetails {
    /// - Parameter withManifests: whether an engine that keeps indexes tells what is in one (API 1.48 and newer).
    package static func inspectImage(_ reference: String, withManifests: Bool = false) -> Self {
        .init(
            APIRequest(
                .get, imagePath(reference, "/json"), query: withManifests ? [QueryItem("manifests", "true")] : []))
    }
}

extension APICall where Reply == [ImageSummary] {
    /// The images that have a tag in `repository`.
    package static func images(named repository: String) throws -> Self {
        let filters = try APIRequest.Body.json(["reference": [repository]]).bytes
        return .init(
            APIRequest(.get, "/images/json", query: [QueryItem("filters", String(decoding: filters, as: UTF8.self))]))
    }
}

extension APICall where Reply == EngineInfo {
    package static var engineInfo: Self { .init(APIRequest(.get, "/info")) }
}

extension APICall where Reply == Void {
    /// Gives an image one more name; takes it from the image that has it.
    package static func tagImage(_ id: String, repository: String, tag: String) -> Self {
        .init(
            APIRequest(
                .post, imagePath(id, "/tag"), query: [QueryItem("repo", repository), QueryItem("tag", tag)]),
            expecting: [201])
    }

    /// Takes a name from an image, and with its last name, or by its id, the image itself where nobody uses it. One that
    /// is gone is fine.
    package static func removeImage(_ reference: String) -> Self {
        .init(APIRequest(.delete, imagePath(reference)), expecting: [200, 404])
    }

    /// Removes images that have no name any more and carry a label.
    package static func removeDanglingImages(label: String) throws -> Self {
        let filters = try APIRequest.Body.json(["dangling": ["true"], "label": [label]]).bytes
        return .init(
            APIRequest(
                .post, "/images/prune", query: [QueryItem("filters", String(decoding: filters, as: UTF8.self))]),
            expecting: [200])
    }
}

extension APIRequest {
    /// Pushes a tag to where its repository's name leads; the answer is a stream of ``PushLine``.
    /// - Parameters:
    ///   - platform: the one image of an index that is pushed; `nil` for all there is (API 1.46 and newer).
    ///   - login: who the engine is to be there; goes in a header that no message shows.
    package static func pushImage(
        repository: String, tag: String, platform: ImagePlatform? = nil, login: EngineLogin
    ) throws -> APIRequest {
        var query = [QueryItem("tag", tag)]
        if let platform {
            query.append(QueryItem("platform", String(decoding: try Body.json(platform).bytes, as: UTF8.self)))
        }
        return APIRequest(
            .post, imagePath(repository, "/push"), query: query, headers: [try header(login)], timeouts: .untilItEnds)
    }

    /// Brings an image here from its registry; the answer is a stream of ``PushLine``, too.
    package static func pullImage(repository: String, tag: String, login: EngineLogin?) throws -> APIRequest {
        APIRequest(
            .post, "/images/create", query: [QueryItem("fromImage", repository), QueryItem("tag", tag)],
            headers: try login.map { [try header($0)] } ?? [], timeouts: .untilItEnds)
    }

    private static func header(_ login: EngineLogin) throws -> HTTPHeader {
        let text = Data(try Body.json(login).bytes).base64EncodedString()
        return HTTPHeader("X-Registry-Auth", String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
    }
}
