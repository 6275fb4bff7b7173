import AdapterKit
import JSONDocument

/// What a deployment becomes in a cluster: all of its objects, in the order in which they are made.
struct KubernetesPlan: Sendable, Equatable {
    let app: AppName
    let namespace: String
    /// Labels and annotations of its objects.
    let metadata: ObjectMetadata
    /// What workloads stand on: account, Secrets, claims.
    let foundation: [KubernetesObject]
    /// What runs the instances.
    let workloads: [Workload]
    /// What leads traffic to them and looks after them: applied once all of them are verified.
    let routing: [KubernetesObject]
    /// What the release consists of.
    let record: ReleaseRecord
    let recordObject: KubernetesObject
    /// What the cluster cannot do, one sentence each.
    let warnings: [String]

    /// Whether `live` is stopped before what takes its place is started.
    func stopsFirst(_ live: LiveWorkload) -> Bool {
        live.quantity > 0
            && workloads.contains {
                $0.stopsOldFirst && live.process == Name.label($0.process.description) && $0.object.name != live.name
            }
    }

    /// All objects in the order in which they are applied.
    var objects: [KubernetesObject] { foundation + workloads.map(\.object) + routing + [recordObject] }

    /// - Throws: ``AdapterError`` when something cannot be had in a cluster.
    init(
        _ deployment: Deployment, _ settings: KubernetesSettings, _ facts: ClusterFacts, patches: Patches = .none
    ) throws {
        app = deployment.app.name
        namespace = facts.namespace
        let names = Names(app: app)
        metadata = ObjectMetadata(app: app, origin: settings.origin, settings: settings.objects.metadata)
        let storage = try Storage(deployment.mounts, of: app, origin: settings.origin)
        let secrets = Config(
            app: app, namespace: facts.namespace, labels: metadata.labels(of: "Secret", process: nil))
        let environment = try secrets.environment(deployment.environment)
        let pullSecret = secrets.pullSecret(deployment.pullCredentials)
        let certificate = secrets.certificate(deployment.certificate)
        let ports = Ports(deployment.routes, image: deployment.image.facts)
        let maker = Workloads(
            deployment: deployment, settings: settings, metadata: metadata, namespace: facts.namespace,
            storage: storage,
            config: environment?.name,
            pullSecrets: settings.objects.imagePullSecrets + [pullSecret].compactMap { $0?.name }, ports: ports,
            canSleep: facts.canSleep,
            liveQuantities: Dictionary(facts.workloads.map { ($0.name, $0.quantity) }) { $1 })

        var warnings: [String] = []
        var parts = Parts(app: app, patches: patches)
        try parts.add(
            metadata.object(
                .serviceAccount, names.serviceAccount, in: facts.namespace, ["automountServiceAccountToken": false]))
        for object in [environment, pullSecret, certificate].compactMap({ $0 }) { try parts.add(object) }
        let claims = try storage.claims(in: facts.namespace).map { try parts.patched($0, nil) }

        let networking = Networking(
            deployment: deployment, settings: settings.objects, metadata: metadata, versions: facts.versions,
            namespace: facts.namespace, certificate: certificate?.name)
        var workloads: [Workload] = []
        for process in deployment.affectedProcesses {
            let workload = try maker.released(process, facts: facts, warnings: &warnings) {
                try parts.patched($0, process.type)
            }
            workloads.append(workload)
            parts.note(workload.object, process.type)
            if maker.isStateful(process.type) { try parts.add(maker.identities(process.type), process.type) }
            if let ports = maker.ports(of: process) {
                try parts.add(
                    networking.service(process.type, ports, selector: maker.serving(workload)), process.type,
                    to: \.routing)
            }
            if let budget = maker.disruptionBudget(process, facts.versions) {
                try parts.add(budget, process.type, to: \.routing)
            }
            if let scaler = maker.autoscaler(process, workload, facts.versions, warnings: &warnings) {
                try parts.add(scaler, process.type, to: \.routing)
            }
        }
        if deployment.affectedProcesses.contains(where: { $0.type == .web }) {
            for route in try networking.routes(ports) { try parts.add(route, .web, to: \.routing) }
            if networking.unreachedDomains { warnings.append("routing is none: nothing leads the app's domains to it") }
        }
        if deployment.only == nil {
            for task in deployment.cron { try parts.add(try maker.cronJob(task, facts.versions), to: \.routing) }
        }
        // What is meant for the rest of the app changes nothing here.
        if deployment.only == nil { warnings += patches.warnings(used: parts.usedPatches) }
        let record = parts.record(workloads, before: facts.record, only: deployment.only, keeping: deployment.keeps)
        self.record = record
        recordObject = try record.object(metadata, in: facts.namespace)
        foundation = claims + parts.foundation
        routing = parts.routing
        self.workloads = workloads
        var seen: Set<String> = []
        self.warnings = warnings.filter { seen.insert($0).inserted }
    }

    /// The Secrets with config and logins, which stay for as long as the release can be gone back to.
    var retained: [String] {
        foundation.filter { $0.kind == .secret && $0.document["type"]?.text != "kubernetes.io/tls" }.map(\.title)
    }

    /// The objects as they are gathered, with the user's patches.
    private struct Parts {
        let app: AppName
        let patches: Patches
        var usedPatches: Set<Int> = []
        var foundation: [KubernetesObject] = []
        var routing: [KubernetesObject] = []
        var entries: [ReleaseRecord.Entry] = []

        mutating func add(
            _ object: KubernetesObject, _ process: ProcessType? = nil,
            to part: WritableKeyPath<Parts, [KubernetesObject]> = \.foundation
        ) throws {
            let object = try patched(object, process)
            self[keyPath: part].append(object)
            note(object, process)
        }

        mutating func note(_ object: KubernetesObject, _ process: ProcessType?) {
            entries.append(.init(object, process: process))
        }

        mutating func patched(_ object: KubernetesObject, _ process: ProcessType?) throws -> KubernetesObject {
            try patches.patched(object, of: process, app: app, used: &usedPatches)
        }

        /// - Parameters:
        ///   - only: the one process type that is deployed; what is recorded of the others stays.
        ///   - keeps: earlier releases, whose objects stay too.
        func record(
            _ made: [Workload], before: ReleaseRecord, only: ProcessType?, keeping keeps: [RetainedRelease]
        ) -> ReleaseRecord {
            var record = ReleaseRecord(entries: entries)
            let kept = Set(keeps.flatMap(\.objects))
            record = record.joined(with: ReleaseRecord(entries: before.entries.filter { kept.contains($0.title) }))
            if let only {
                let others = before.entries.filter { $0.process != only.description }
                record = record.joined(with: ReleaseRecord(entries: others))
                record.processes = before.processes
            }
            for workload in made {
                record.processes[workload.process.description] = .init(
                    kind: workload.object.kind.kind, workload: workload.object.name,
                    release: workload.object.labels[Label.release] ?? "", quantity: workload.quantity)
            }
            return record
        }
    }
}
