import Fakes
import Foundation
import Loopback
import Traffic

/// A fake behind a real server, for one case.
package final class FakeRun: Backend {
    package let variables: [String: String]
    package let images: KitImages
    package let speed: Double
    package let journal: Journal
    package var source: Outcome.Source { .behavioural }
    private let fake: any FakeBackend
    private let server: LoopbackServer
    private let folder: TemporaryFolder
    /// Its files are there as long as it is.
    private let authority: SharedAuthority

    /// Starts one.
    /// - Parameters:
    ///   - version: what it claims to be, one of ``BackendKind/faces``; `nil` for the first.
    ///   - fault: what is wrong with the backend.
    ///   - authority: who vouches for the server, where it speaks TLS.
    ///   - managementToken: what a Nomad asks for; `nil` for nothing but what `secrets` hold.
    package init(
        _ kind: BackendKind, version: String? = nil, speed: Double, fault: Fault?, runID: String = "",
        secrets: Secrets = Secrets(values: [:]), managementToken: String? = nil,
        authority: SharedAuthority = SharedAuthority()
    ) async throws {
        self.speed = speed
        self.authority = authority
        let images = try KitImages.local()
        self.images = images
        let version = version ?? kind.faces.first ?? ""
        // The oldest Nomad is a server as it comes: no tokens, nothing but the default namespace.
        let isPlain = runID.isEmpty || (kind == .nomad && version == kind.faces.first)
        let place = isPlain ? BackendDoor.Place() : .of(runID, secrets, kind)
        let fake = try await Self.fake(kind, version, images, speed, place, managementToken)
        if fault == .quota {
            _ = await fake.answer(
                ServedRequest(
                    "POST", "/api/v1/namespaces/\(place.namespace)/resourcequotas",
                    headers: place.token.isEmpty ? [] : [HTTPField("Authorization", "Bearer \(place.token)")],
                    body: Array(KubernetesStage.fullQuota.compact.utf8)))
        }
        self.fake = fake
        let journal = Journal(fault.map { FaultyBackend(fake, $0, kind, speed: speed) } ?? fake)
        self.journal = journal
        folder = try TemporaryFolder()
        (server, variables) = try await BackendDoor.open(
            journal, kind, in: folder.path, isTrusted: fault != .tls, authority: authority, place: place)
    }

    private static func fake(
        _ kind: BackendKind, _ version: String, _ images: KitImages, _ speed: Double, _ place: BackendDoor.Place,
        _ managementToken: String?
    ) async throws -> any FakeBackend {
        let known = [images.good.description, images.second.description]
        switch kind {
        case .docker, .none:
            // What every image has that Dokku has released (contract 3.1).
            let labels = ["com.dokku.image-stage": "release"]
            return try await DockerFake(
                images: known.map { FakeImage($0, labels: labels) }, clock: FakeClock(speed: speed))
        case .kubernetes:
            var configuration = KubernetesFake.Configuration()
            configuration.speed = speed
            configuration.minor = version.split(separator: ".").last.flatMap { Int($0) } ?? configuration.minor
            configuration.images = Set(known)
            configuration.namespaces.append(place.namespace)
            if !place.token.isEmpty {
                configuration.tokens = [place.token: .everything]
                configuration.withoutToken = KubernetesAccess(user: "system:anonymous", rules: [:])
            }
            return KubernetesFake(configuration)
        case .nomad:
            var setup = NomadFake.Setup()
            setup.speed = speed
            setup.images = Set(known)
            setup.version = version
            setup.subnet = try await .claim()
            setup.namespaces = [place.namespace]
            setup.managementToken = managementToken
            setup.hasACL = managementToken != nil || !place.token.isEmpty
            if !place.token.isEmpty {
                setup.tokens = [place.token: rules(in: place.namespace)]
            }
            return NomadFake(setup)
        }
    }

    /// What a token needs to work in one namespace of Nomad.
    private static func rules(in namespace: String) -> String {
        """
        namespace "\(namespace)" {
          policy = "write"
          variables {
            path "nomad/jobs/*" { capabilities = ["read", "write", "list", "destroy"] }
          }
        }
        node { policy = "read" }
        agent { policy = "read" }
        """
    }

    package func objects(until isEnough: @Sendable ([FakeObject]) -> Bool) async throws -> [FakeObject] {
        var objects = await fake.objects()
        for _ in 0..<250 where !isEnough(objects) {
            try await Task.sleep(for: .milliseconds(20))
            objects = await fake.objects()
        }
        return objects
    }

    package func finish() async -> [String] {
        await fake.stop()
        await server.stop()
        return []
    }
}
