import JSONDocument
import Traffic

/// The number of replicas as an object of its own.
struct Scale: Sendable {
    private let request: ServedRequest
    private let target: RequestHandler.Target
    private let cluster: Cluster

    init(_ request: ServedRequest, _ target: RequestHandler.Target, _ cluster: Cluster) {
        self.request = request
        self.target = target
        self.cluster = cluster
    }

    func answer() async throws -> Answer {
        var owner = target
        owner.subresource = nil
        guard request.method == "PATCH" || request.method == "PUT" else {
            return .json(200, Self.document(try await cluster.read(owner)))
        }
        let wanted = (try? JSONValue(parsing: request.body))?.at("spec", "replicas")?.whole
        guard let wanted else { throw APIProblem.badRequest("spec.replicas is missing") }
        guard wanted >= 0 else {
            _ = try await cluster.read(owner)
            throw APIProblem.invalid(
                Kind("autoscaling", "v1", "scales", "Scale"), target.name ?? "",
                [
                    (
                        "spec.replicas", "FieldValueInvalid",
                        "Invalid value: \(wanted): must be greater than or equal to 0"
                    )
                ])
        }
        let changed = try await cluster.change(owner, by: "scale") { object throws(APIProblem) in
            var object = object
            object.put(.integer(wanted), "spec", "replicas")
            return object
        }
        return .json(200, Self.document(changed))
    }

    private static func document(_ object: JSONValue) -> JSONValue {
        var metadata: JSONValue = [:]
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[key] = object.at("metadata", key)
        }
        let selector = (object.at("spec", "selector", "matchLabels")?.texts ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0)=\($1)" }.joined(separator: ",")
        var spec: JSONValue = [:]
        // Zero is left out.
        if object.replicas != 0 { spec["replicas"] = .integer(object.replicas) }
        return [
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": spec,
            "status": [
                "replicas": .integer(object.at("status", "replicas")?.whole ?? 0), "selector": .string(selector),
            ],
        ]
    }
}
