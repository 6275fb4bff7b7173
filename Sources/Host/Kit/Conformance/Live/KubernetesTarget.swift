import APIClient
import AdapterKit
import Fakes
import FoundationEssentials
import JSONDocument
import Traffic

/// A Kubernetes cluster to check against.
struct KubernetesTarget: LiveTarget {
    let kind = BackendKind.kubernetes
    let endpoint: APIEndpoint
    let api: KubernetesObserver
    let server: Recording.Server
    let images: KitImages
    /// Whether the cluster provides storage by itself to those who ask for no class.
    let hasStorage: Bool
    let patience = Duration.seconds(300)

    /// Connects to `kubeconfig:PATH`, or one of its contexts: `kubeconfig:PATH#CONTEXT`.
    /// - Parameter images: what its nodes can have, the first and the second release's; none where they take their
    ///   images from the Docker Engine of this machine.
    /// - Throws: ``Broken`` when it does not answer, or has no images.
    static func connect(_ address: String, images: [String]) async throws -> KubernetesTarget {
        guard address.hasPrefix("kubeconfig:") else {
            throw Broken("'\(address)' names no cluster: kubeconfig:PATH or kubeconfig:PATH#CONTEXT does")
        }
        let parts = address.dropFirst("kubeconfig:".count).split(separator: "#", maxSplits: 1).map(String.init)
        let endpoint = try KubeconfigEntry(path: parts.first ?? "", context: parts.count > 1 ? parts[1] : nil).endpoint
        let api = KubernetesObserver(endpoint)
        let version: JSONValue
        do {
            version = try await api.get("/version")
        } catch {
            throw Broken("no Kubernetes answers at \(endpoint.name): \(error)")
        }
        await KubernetesStage.sweep(api)
        let classes = try? await api.get("/apis/storage.k8s.io/v1/storageclasses")
        let hasStorage = (classes?["items"]?.items ?? []).contains { item in
            item["metadata"]?["annotations"]?["storageclass.kubernetes.io/is-default-class"]?.text == "true"
        }
        return KubernetesTarget(
            endpoint: endpoint, api: api,
            server: Recording.Server(
                product: "kubernetes", version: String((version["gitVersion"]?.text ?? "v0").dropFirst()),
                details: ["platform": version["platform"]?.text ?? ""]),
            images: try await .onNodes(images), hasStorage: hasStorage)
    }

    func stage(of tested: ConformanceCase, runID: String, secrets: Secrets) async throws -> any LiveBackend {
        let stage = KubernetesStage(target: self, runID: runID)
        do {
            try await stage.prepare(needsStorage: tested.needs.contains(.storage), isFull: tested.fault == .quota)
            return try await LiveKubernetes(stage, runID: runID, secrets: secrets, fault: tested.fault)
        } catch {
            await stage.clear()
            throw error
        }
    }
}
