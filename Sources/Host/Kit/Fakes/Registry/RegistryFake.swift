import JSONDocument
import Traffic

/// An image registry, acted out: uploads, blobs, manifests, tags, deletion, and a login where one is asked for.
package actor RegistryFake: FakeBackend {
    private let login: RegistryLogin
    private let scheme: String
    private var blobs: [String: [UInt8]] = [:]
    private var repositories: [String: Repository] = [:]
    private var uploads: [String: [UInt8]] = [:]

    private struct Repository {
        var blobs: Set<String> = []
        var manifests: [String: (type: String, bytes: [UInt8])] = [:]
        var tags: [String: String] = [:]
    }

    /// - Parameter scheme: of its own address, which it names where it asks for a token.
    package init(login: RegistryLogin = .none, scheme: String = "http") {
        self.login = login
        self.scheme = scheme
    }

    package func objects() -> [FakeObject] {
        repositories.sorted { $0.key < $1.key }.flatMap { name, repository in
            repository.tags.sorted { $0.key < $1.key }.map {
                FakeObject(kind: "image", id: $0.value, name: "\(name):\($0.key)")
            }
        }
    }

    package func answer(_ request: ServedRequest) -> Answer {
        let answer: Answer
        do {
            answer = try serve(request)
        } catch let problem as RegistryProblem {
            answer = problem.answer()
        } catch {
            answer = RegistryProblem(500, "UNKNOWN", "\(error)").answer()
        }
        guard request.method == "HEAD", case .whole(let head, _) = answer, head.status >= 400 else { return answer }
        return .whole(head, body: [])
    }

    private func serve(_ request: ServedRequest) throws -> Answer {
        var parts = request.pathParts
        if parts == ["token"] { return login.tokenAnswer(request) }
        guard parts.first == "v2" else { return notFound }
        parts.removeFirst()
        if parts.isEmpty {
            if let refusal = login.refusal(request, [], "", scheme: scheme) { return refusal }
            return json(200, [:])
        }
        guard let mark = parts.lastIndex(where: { ["blobs", "manifests", "tags"].contains($0) }), mark > 0 else {
            return notFound
        }
        let name = parts[..<mark].joined(separator: "/")
        guard !name.contains(where: \.isUppercase) else { return notFound }
        let rest = Array(parts[(mark + 1)...])
        let reads = ["GET", "HEAD"].contains(request.method)
        let actions = reads ? ["pull"] : request.method == "DELETE" ? ["delete"] : ["pull", "push"]
        if let refusal = login.refusal(request, actions, name, scheme: scheme) { return refusal }
        switch parts[mark] {
        case "tags": return try tags(request, name)
        case "manifests": return try manifest(request, name, rest.first ?? "")
        default:
            return rest.first == "uploads"
                ? try upload(request, name, rest.count > 1 ? rest[1] : nil) : try blob(request, name, rest.first ?? "")
        }
    }

    private var notFound: Answer {
        .whole(
            AnswerHead(
                404, [HTTPField("Content-Type", "text/plain; charset=utf-8"), Self.version]),
            body: Array("404 page not found\n".utf8))
    }

    private static let version = HTTPField("Docker-Distribution-Api-Version", "registry/2.0")

    private func json(_ status: Int, _ document: JSONValue) -> Answer {
        .whole(
            AnswerHead(status, [HTTPField("Content-Type", "application/json; charset=utf-8"), Self.version]),
            body: Array(document.compact.utf8))
    }

    private func empty(_ status: Int, _ headers: [HTTPField] = []) -> Answer {
        .whole(AnswerHead(status, [Self.version] + headers), body: [])
    }

    private func tags(_ request: ServedRequest, _ name: String) throws -> Answer {
        guard let repository = repositories[name] else {
            throw RegistryProblem(
                404, "NAME_UNKNOWN", "repository name not known to registry", ["name": .string(name)])
        }
        var tags = repository.tags.keys.sorted()
        if let last = request.query("last") { tags = tags.filter { $0 > last } }
        if let count = request.query("n").flatMap({ Int($0) }) { tags = Array(tags.prefix(max(0, count))) }
        return json(
            200, ["name": .string(name), "tags": tags.isEmpty ? .null : .array(tags.map { .string($0) })])
    }

    // MARK: blobs

    private func upload(_ request: ServedRequest, _ name: String, _ id: String?) throws -> Answer {
        if request.method == "POST", id == nil {
            if let digest = request.query("mount"), let source = request.query("from"),
                repositories[source]?.blobs.contains(digest) == true
            {
                return keep(digest, name)
            }
            let id = "00000000-0000-4000-8000-" + String(String(uploads.count + 1_000_000_000_000).suffix(12))
            uploads[id] = []
            repositories[name] = repositories[name] ?? Repository()
            return progress(name, id, 0)
        }
        guard let id, var bytes = uploads[id] else {
            throw RegistryProblem(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        }
        bytes += request.body
        uploads[id] = bytes
        switch request.method {
        case "PATCH", "GET": return progress(name, id, bytes.count)
        case "DELETE":
            uploads[id] = nil
            return empty(204)
        default:
            let digest = request.query("digest") ?? ""
            guard SHA256.digest(of: bytes) == digest else {
                throw RegistryProblem(
                    400, "DIGEST_INVALID", "provided digest did not match uploaded content",
                    ["Digest": .string(digest), "Reason": [:]])
            }
            uploads[id] = nil
            blobs[digest] = bytes
            return keep(digest, name)
        }
    }

    private func progress(_ name: String, _ id: String, _ count: Int) -> Answer {
        empty(
            202,
            [
                HTTPField("Location", "/v2/\(name)/blobs/uploads/\(id)?_state=fake"),
                HTTPField("Docker-Upload-UUID", id), HTTPField("Range", "0-\(max(0, count - 1))"),
            ])
    }

    private func keep(_ digest: String, _ name: String) -> Answer {
        repositories[name, default: Repository()].blobs.insert(digest)
        return empty(
            201,
            [HTTPField("Location", "/v2/\(name)/blobs/\(digest)"), HTTPField("Docker-Content-Digest", digest)])
    }

    private func blob(_ request: ServedRequest, _ name: String, _ digest: String) throws -> Answer {
        guard repositories[name]?.blobs.contains(digest) == true, let bytes = blobs[digest] else {
            throw RegistryProblem(404, "BLOB_UNKNOWN", "blob unknown to registry", .string(digest))
        }
        if request.method == "DELETE" {
            repositories[name]?.blobs.remove(digest)
            return empty(202)
        }
        return .whole(
            AnswerHead(
                200,
                [
                    HTTPField("Content-Type", "application/octet-stream"), Self.version,
                    HTTPField("Docker-Content-Digest", digest),
                ]), body: bytes)
    }

    // MARK: manifests

    private func manifest(_ request: ServedRequest, _ name: String, _ reference: String) throws -> Answer {
        let isDigest = reference.hasPrefix("sha256:")
        if request.method == "PUT" { return try putManifest(request, name, reference, isDigest) }
        if request.method == "DELETE" {
            guard isDigest else {
                throw RegistryProblem(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
            }
            guard repositories[name]?.manifests.removeValue(forKey: reference) != nil else {
                throw RegistryProblem(404, "MANIFEST_UNKNOWN", "manifest unknown")
            }
            let left = repositories[name]?.tags.filter { $0.value != reference } ?? [:]
            repositories[name]?.tags = left
            return empty(202)
        }
        let digest = isDigest ? reference : repositories[name]?.tags[reference] ?? ""
        guard let found = repositories[name]?.manifests[digest] else {
            throw RegistryProblem(
                404, "MANIFEST_UNKNOWN", "manifest unknown",
                isDigest ? ["Name": .string(name), "Revision": .string(reference)] : ["Tag": .string(reference)])
        }
        return .whole(
            AnswerHead(
                200,
                [HTTPField("Content-Type", found.type), Self.version, HTTPField("Docker-Content-Digest", digest)]),
            body: found.bytes)
    }

    private func putManifest(_ request: ServedRequest, _ name: String, _ reference: String, _ isDigest: Bool) throws
        -> Answer
    {
        guard let document = try? JSONValue(parsing: request.body), document["schemaVersion"]?.whole != nil else {
            throw RegistryProblem(400, "MANIFEST_INVALID", "manifest invalid", [:])
        }
        let parts = [document["config"]].compactMap { $0 } + (document["layers"]?.items ?? [])
        for digest in parts.compactMap({ $0["digest"]?.text }) where repositories[name]?.blobs.contains(digest) != true
        {
            throw RegistryProblem(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", .string(digest))
        }
        let digest = SHA256.digest(of: request.body)
        let type = request.header("content-type") ?? "application/vnd.docker.distribution.manifest.v2+json"
        repositories[name, default: Repository()].manifests[digest] = (type, request.body)
        if !isDigest { repositories[name]?.tags[reference] = digest }
        return empty(
            201,
            [
                HTTPField("Location", "/v2/\(name)/manifests/\(digest)"), HTTPField("Docker-Content-Digest", digest),
            ])
    }
}
