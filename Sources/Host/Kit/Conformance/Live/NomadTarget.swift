import APIClient
import AdapterKit
import Fakes
import Foundation
import JSONDocument
import Traffic

/// A Nomad cluster to check against. Its clients run the Docker driver.
struct NomadTarget: LiveTarget {
    let kind = BackendKind.nomad
    let access: NomadAccess
    let api: NomadObserver
    let server: Recording.Server
    let images: KitImages
    /// Whether requests need a token.
    let hasACL: Bool
    /// Whether each case gets a namespace of its own.
    let makesNamespaces: Bool
    let patience = Duration.seconds(300)

    /// Connects to `nomad:ADDRESS` with the token in `NOMAD_TOKEN`. Cases play in namespaces of their own where the token
    /// may make some, else in the default one; with `nomad:ADDRESS#NAMESPACE`, in that.
    /// - Parameter images: what its nodes can have, the first and the second release's; none where they take their
    ///   images from the Docker Engine of this machine.
    /// - Throws: ``Broken`` when it does not answer, refuses the token, or has no images.
    static func connect(
        _ address: String, images: [String], variables: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> NomadTarget {
        let access = try NomadAccess(address, variables: variables)
        let api = NomadObserver(access.endpoint)
        let own: NomadObserver.Reply
        do {
            own = try await api.reply(.get, "/v1/acl/token/self")
        } catch {
            throw Broken("no Nomad answers at \(access.endpoint.name): \(error)")
        }
        let hasACL = !own.text.contains("ACL support disabled")
        guard !hasACL || own.status == 200 else {
            throw Broken("\(access.endpoint.name) does not take the token in NOMAD_TOKEN: \(own.text)")
        }
        await NomadStage.sweep(api)
        return NomadTarget(
            access: access, api: api,
            server: Recording.Server(
                product: "nomad", version: try await version(api),
                details: ["acl": hasACL ? "on" : "off"]),
            images: try await .onNodes(images), hasACL: hasACL,
            makesNamespaces: access.namespace == nil && (!hasACL || own.json["Type"]?.text == "management"))
    }

    private static func version(_ api: NomadObserver) async throws -> String {
        if let found = try? await api.get("/v1/agent/self")["member"]?["Tags"]?["build"]?.text { return found }
        let nodes = try? await api.get("/v1/nodes")
        return nodes?.items?.first?["Version"]?.text ?? "unknown"
    }

    func stage(of tested: ConformanceCase, runID: String, secrets: Secrets) async throws -> any LiveBackend {
        let stage = NomadStage(target: self, runID: runID)
        do {
            try await stage.prepare()
            return try await LiveNomad(stage, runID: runID, secrets: secrets, fault: tested.fault)
        } catch {
            await stage.clear()
            throw error
        }
    }
}
