import JSONDocument
import Traffic

extension DockerFake {
    /// `/images/…`
    func images(_ request: ServedRequest, _ parts: [String]) async throws -> Answer {
        // A reference may have slashes.
        let reference = parts.dropLast().joined(separator: "/")
        switch (request.method, parts.last ?? "") {
        case ("GET", "json") where parts.count == 1:
            return .json(200, .array(await engine.images.map(Self.summary)))
        case ("GET", "json"): return .json(200, Self.document(try await engine.image(reference)))
        case ("GET", "history"):
            _ = try await engine.image(reference)
            return .json(200, [])
        case ("POST", "create"):
            let wanted = (request.query("fromImage") ?? "") + (request.query("tag").map { ":" + $0 } ?? "")
            return .json(
                404,
                [
                    "message": .string(
                        "pull access denied for \(wanted), repository does not exist or may require "
                            + "'docker login': denied: requested access to the resource is denied")
                ])
        case ("POST", "tag"):
            var image = try await engine.image(reference)
            image.reference = (request.query("repo") ?? "") + ":" + (request.query("tag") ?? "latest")
            await engine.add(image)
            return .empty(201)
        case ("DELETE", _):
            let name = parts.joined(separator: "/")
            let image = try await engine.image(name)
            try await engine.removeImage(image, force: request.flag("force"))
            return .json(200, [["Untagged": .string(image.reference)]])
        default: return .json(404, ["message": "page not found"])
        }
    }

    private static func summary(_ image: FakeImage) -> JSONValue {
        [
            "Id": .string(image.id), "RepoTags": [.string(image.reference)], "RepoDigests": .null,
            "Created": 1_700_000_000,
            "Size": 1_000_000, "VirtualSize": 1_000_000, "SharedSize": -1, "Containers": -1, "ParentId": "",
            "Labels": .object(image.labels.mapValues { .string($0) }),
        ]
    }

    private static func document(_ image: FakeImage) -> JSONValue {
        [
            "Id": .string(image.id), "RepoTags": [.string(image.reference)], "RepoDigests": [], "Parent": "",
            "Comment": "", "Created": "2026-01-01T00:00:00Z", "Container": "", "DockerVersion": "20.10.24",
            "Author": "", "Architecture": "amd64", "Os": "linux", "Size": 1_000_000, "VirtualSize": 1_000_000,
            "Config": [
                "Env": .array(image.environment.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") }),
                "Cmd": .array(image.command.map { .string($0) }), "Entrypoint": .null, "WorkingDir": "", "User": "",
                "Labels": .object(image.labels.mapValues { .string($0) }),
                "ExposedPorts": .object(
                    Dictionary(uniqueKeysWithValues: image.exposedPorts.map { ("\($0)/tcp", [:] as JSONValue) })),
            ],
            "GraphDriver": ["Name": "overlay2", "Data": [:]],
            "RootFS": ["Type": "layers", "Layers": [.string(image.id)]],
            "Metadata": ["LastTagTime": "2026-01-01T00:00:00Z"],
        ]
    }

    /// `/networks/…`
    func networks(_ request: ServedRequest, _ parts: [String]) async throws -> Answer {
        func document(_ name: String) -> JSONValue {
            [
                "Name": .string(name), "Id": .string(identifier(0xA_000_000 + name.utf8.count)), "Scope": "local",
                "Driver": .string(name == "host" ? "host" : name == "none" ? "null" : "bridge"), "EnableIPv6": false,
                "Created": "2026-01-01T00:00:00Z", "Internal": false, "Attachable": false, "Ingress": false,
                "ConfigOnly": false, "ConfigFrom": ["Network": ""],
                "IPAM": ["Driver": "default", "Options": .null, "Config": []], "Containers": [:], "Options": [:],
                "Labels": [:],
            ]
        }
        let name = parts.first ?? ""
        switch (request.method, parts.count, parts.last ?? "") {
        case ("GET", 0, _):
            let wanted = request.filters["name"]
            return .json(
                200,
                .array(
                    await engine.networkNames.filter { name in wanted.map { $0.contains { name.contains($0) } } ?? true
                    }
                    .map(document)))
        case ("POST", 1, "create"):
            let name = try request.document["Name"]?.text ?? ""
            try await engine.addNetwork(name)
            return .json(201, ["Id": document(name)["Id"] ?? "", "Warning": ""])
        case ("POST", 2, "connect"), ("POST", 2, "disconnect"):
            let container = try request.document["Container"]?.text ?? ""
            try await engine.setNetwork(name, of: container, isJoined: parts[1] == "connect")
            return .empty(200)
        case ("GET", 1, _):
            guard await engine.networkNames.contains(name) else { throw Refusal(404, "network \(name) not found") }
            return .json(200, document(name))
        case ("DELETE", 1, _):
            try await engine.removeNetwork(name)
            return .empty(204)
        default: return .json(404, ["message": "page not found"])
        }
    }

    /// `/volumes/…`
    func volumes(_ request: ServedRequest, _ parts: [String]) async throws -> Answer {
        func document(_ name: String) -> JSONValue {
            [
                "Name": .string(name), "Driver": "local",
                "Mountpoint": .string("/var/lib/docker/volumes/\(name)/_data"),
                "CreatedAt": "2026-01-01T00:00:00Z", "Labels": .null, "Options": .null, "Scope": "local",
            ]
        }
        switch (request.method, parts.first) {
        case ("GET", nil):
            return .json(200, ["Volumes": .array(await engine.volumeNames.sorted().map(document)), "Warnings": .null])
        case ("POST", "create"):
            let name = try request.document["Name"]?.text ?? "volume"
            await engine.addVolume(name)
            return .json(201, document(name))
        case ("GET", .some(let name)):
            guard await engine.volumeNames.contains(name) else { throw Refusal(404, "get \(name): no such volume") }
            return .json(200, document(name))
        case ("DELETE", .some(let name)):
            await engine.removeVolume(name)
            return .empty(204)
        default: return .json(404, ["message": "page not found"])
        }
    }
}

extension DockerWorld {
    func add(_ image: FakeImage) {
        images.removeAll { $0.reference == image.reference }
        images.append(image)
    }

    func removeImage(_ image: FakeImage, force: Bool) throws {
        if !force, let user = containers.values.first(where: { $0.image.reference == image.reference }) {
            throw Refusal(
                409,
                "conflict: unable to remove repository reference \"\(image.reference)\" (must force) - container "
                    + "\(user.id.prefix(12)) is using its referenced image \(image.id.dropFirst(7).prefix(12))")
        }
        images.removeAll { $0.reference == image.reference }
    }

    func addNetwork(_ name: String) throws {
        guard !networkNames.contains(name) else {
            throw Refusal(409, "network with name \(name) already exists")
        }
        networkNames.append(name)
    }

    func removeNetwork(_ name: String) throws {
        guard networkNames.contains(name) else { throw Refusal(404, "network \(name) not found") }
        networkNames.removeAll { $0 == name }
    }

    func setNetwork(_ name: String, of id: String, isJoined: Bool) throws {
        guard networkNames.contains(name) else { throw Refusal(404, "network \(name) not found") }
        let address = subnet.next()
        try change(id) { container in
            if isJoined {
                guard container.networks[name] == nil else {
                    throw Refusal(403, "endpoint with name \(container.name) already exists in network \(name)")
                }
                container.networks[name] = container.isRunning ? address : ""
            } else {
                container.networks[name] = nil
            }
        }
    }

    func addVolume(_ name: String) { volumeNames.insert(name) }
    func removeVolume(_ name: String) { volumeNames.remove(name) }
}
