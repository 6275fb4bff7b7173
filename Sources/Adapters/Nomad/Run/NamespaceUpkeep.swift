import APIClient
import AdapterKit

/// The namespace of an app's jobs, made when it is missing.
struct NamespaceUpkeep: Sendable {
    let server: NomadServer

    /// Returns when the namespace is there, as far as we may know.
    /// - Throws: ``AdapterError`` with the command that makes it where we may not.
    func ensure(console: any Console) async throws {
        let name = server.namespace
        guard name != "default" else { return }
        do {
            guard try await server.send(NomadCalls.namespace(name)) == nil else { return }
        } catch let failure as APIFailure where failure.isLackOfRights {
            // Whether it is there is not ours to know: the job will tell.
            return
        }
        do {
            try await server.send(NomadCalls.putNamespace(name, description: "made by Linkspan"))
        } catch let failure as APIFailure where failure.isLackOfRights {
            throw AdapterError(
                .denied, "the namespace \(name) is not there, and our ACL token may not make it",
                hint: "nomad namespace apply \(name)")
        }
        await console.report(.detail("made the namespace \(name)"))
    }
}
