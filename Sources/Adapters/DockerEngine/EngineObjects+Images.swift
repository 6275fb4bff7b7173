/// What the engine knows of an image.
package struct ImageDetails: Decodable, Sendable {
    package struct ConfigDetails: Decodable, Sendable {
        package var Env: [String]?
        package var Labels: [String: String]?
        package var ExposedPorts: [String: Empty]?
        package var Cmd: [String]?
        package var Entrypoint: [String]?
        package var User: String?
    }

    package var Id: String
    package var Architecture: String
    package var Os: String?
    package var Variant: String?
    /// `repository@sha256:…`: where the image was pulled from or pushed to, and what it is called there.
    package var RepoDigests: [String]?
    package var RepoTags: [String]?
    package var Config: ConfigDetails?
    /// What is in the index that the image is; only where it was asked for.
    package var Manifests: [ImageManifest]?

    /// Whether the engine keeps images as containerd does. There, the id is the digest of a manifest or an index, and
    /// a name has a repository digest as soon as it is given: it says nothing of a pull or a push.
    package var isInContainerdStore: Bool { (RepoDigests ?? []).contains { $0.hasSuffix("@" + Id) } }
}

/// An entry of an index that the engine keeps.
package struct ImageManifest: Decodable, Sendable {
    package struct ImageData: Decodable, Sendable {
        package var Platform: ImagePlatform
    }

    /// Its digest.
    package var ID: String
    /// `image`, `attestation` or `unknown`.
    package var Kind: String
    /// Whether all of it is here.
    package var Available: Bool
    package var ImageData: ImageData?
}

/// What an image is made for, as image indexes write it.
package struct ImagePlatform: Codable, Sendable, Equatable {
    package var os: String
    package var architecture: String
    package var variant: String?

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }
}

/// An image as a list tells of it.
package struct ImageSummary: Decodable, Sendable {
    package var Id: String
    /// `repository:tag`
    package var RepoTags: [String]?
}

/// What the engine says of itself, as far as registries go.
package struct EngineInfo: Decodable, Sendable {
    package struct Registries: Decodable, Sendable {
        package struct Index: Decodable, Sendable {
            package var Name: String
            package var Secure: Bool
        }

        package var IndexConfigs: [String: Index]?
        package var InsecureRegistryCIDRs: [String]?
    }

    package var RegistryConfig: Registries?

    /// Whether the engine has been told to do without TLS at `host`, named as in `insecure-registries`.
    package func trustsWithoutTLS(_ host: String) -> Bool { RegistryConfig?.IndexConfigs?[host]?.Secure == false }
}

/// Who the engine is to be at a registry. Holds a secret.
package struct EngineLogin: Encodable, Sendable {
    package var username: String?
    package var password: String?
    package var serveraddress: String?
    package var identitytoken: String?

    package init(
        username: String? = nil, password: String? = nil, serveraddress: String? = nil, identitytoken: String? = nil
    ) {
        self.username = username
        self.password = password
        self.serveraddress = serveraddress
        self.identitytoken = identitytoken
    }
}

/// A line of what the engine tells of a push.
package struct PushLine: Decodable, Sendable {
    package struct Detail: Decodable, Sendable {
        package var current: Int?
        package var total: Int?
    }

    package struct Outcome: Decodable, Sendable {
        package var Digest: String?
    }

    /// The layer, by the beginning of its digest.
    package var id: String?
    package var status: String?
    package var progressDetail: Detail?
    /// Why it failed; the status of the answer is 200 all the same.
    package var error: String?
    /// With the last line: what the registry calls the manifest.
    package var aux: Outcome?
}
