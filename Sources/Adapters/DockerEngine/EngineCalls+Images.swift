import APIClient

extension APICall where Reply == ImageDetails {
    package static func inspectImage(_ reference: String) -> Self {
        // The API takes a reference's slashes as they are.
        let path = reference.split(separator: "/", omittingEmptySubsequences: false).map { percentEncoded(String($0)) }
        return .init(APIRequest(.get, "/images/" + path.joined(separator: "/") + "/json"))
    }
}

extension APICall where Reply == Void {
    /// Takes the image's names away and, where nobody uses it, itself. One that is gone is fine.
    package static func removeImage(_ id: String) -> Self {
        .init(APIRequest(.delete, "/images/" + percentEncoded(id)), expecting: [200, 404])
    }
}
