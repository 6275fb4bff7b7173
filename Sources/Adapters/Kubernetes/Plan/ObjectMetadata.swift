import AdapterKit
import JSONDocument

/// Labels and annotations of an app's objects: ours and the user's.
struct ObjectMetadata: Sendable, Equatable {
    let app: AppName
    let origin: String
    let settings: ObjectMetadataSettings

    func object(
        _ kind: ResourceKind, _ name: String, in namespace: String, process: ProcessType? = nil,
        _ content: [String: JSONValue]
    ) -> KubernetesObject {
        KubernetesObject(
            kind, name, in: namespace, labels: labels(of: kind.kind, process: process),
            annotations: settings.annotations(for: kind.kind, process: process?.description), content)
    }

    /// Ours win: by them objects are found again.
    func labels(of kind: String, process: ProcessType?) -> [String: String] {
        var labels = Label.common(app, origin: origin)
        if let process {
            labels[Label.process] = Name.label(process.description)
            labels["app.kubernetes.io/name"] = Name.label(process.description)
            labels["app.kubernetes.io/instance"] = Names(app: app).service(process)
        }
        return settings.labels(for: kind, process: process?.description).merging(labels) { $1 }
    }
}
