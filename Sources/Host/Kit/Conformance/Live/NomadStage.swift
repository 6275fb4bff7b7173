import Fakes
import FoundationEssentials
import JSONDocument

/// Room for one case on a real Nomad: a namespace of its own where that can be had.
struct NomadStage: Sendable {
    let target: NomadTarget
    let runID: String

    var namespace: String { target.makesNamespaces ? "kit-" + runID : target.access.namespace ?? "default" }

    private static let mark = "Made by linkspan-conformance at "

    /// Takes away what runs have left that were killed: all of theirs that is older than any case lasts.
    static func sweep(_ api: NomadObserver) async {
        let oldest = Date.now.timeIntervalSince1970 - 3_600
        for namespace in (try? await api.get("/v1/namespaces").items) ?? [] {
            guard let name = namespace["Name"]?.text, let text = namespace["Description"]?.text,
                text.hasPrefix(mark), let time = Double(text.dropFirst(mark.count)), time < oldest
            else { continue }
            await remove(name, api)
        }
    }

    /// Nomad keeps a namespace until nothing in it runs any more.
    private static func remove(_ namespace: String, _ api: NomadObserver) async {
        await api.clear(namespace, with: "")
        for _ in 0..<40 {
            guard let gone = try? await api.reply(.delete, "/v1/namespace/\(namespace)"), gone.status >= 400,
                !gone.text.contains("not found")
            else { return }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// - Throws: ``Broken`` when the namespace cannot be made.
    func prepare() async throws {
        guard target.makesNamespaces else { return }
        let made = try await target.api.reply(
            .put, "/v1/namespace/\(namespace)",
            ["Name": .string(namespace), "Description": .string(Self.mark + "\(Int(Date.now.timeIntervalSince1970))")])
        guard made.status == 200 else { throw Broken("the namespace \(namespace) cannot be made: \(made.text)") }
    }

    /// Everything that the run has made.
    func objects() async throws -> [FakeObject] {
        try await target.api.objects(in: namespace, with: target.makesNamespaces ? "" : runID)
            + target.api.namespaces().filter { $0 != namespace && $0.contains(runID) }
            .map { FakeObject(kind: "namespace", id: $0, name: $0) }
    }

    /// Takes everything away that has the run's id.
    func clear() async {
        let api = target.api
        let others = ((try? await api.namespaces()) ?? []).filter { $0 != namespace && $0.contains(runID) }
        for place in others { await Self.remove(place, api) }
        if target.makesNamespaces { await Self.remove(namespace, api) } else { await api.clear(namespace, with: runID) }
    }
}
