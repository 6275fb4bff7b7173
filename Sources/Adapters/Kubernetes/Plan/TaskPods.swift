import AdapterKit
import JSONDocument

/// A pod that runs one command once, as a value.
struct TaskPod: Sendable, Equatable {
    var object: KubernetesObject
    /// What the one container is called.
    var container: String
    /// The config and the logins at registries, where no release has left the same ones in the cluster already. They
    /// go with the pod.
    var secrets: [KubernetesObject] = []
    /// Claims of the storage that it sees, should it be the first that does.
    var claims: [KubernetesObject] = []
    var hasTerminal: Bool
    /// Whether the command waits for a line before it begins, so that nothing it writes is missed.
    var isGated: Bool
    /// What has no counterpart, as sentences for the person.
    var warnings: [String] = []

    var name: String { object.name }
}

/// The pods of one-off tasks (contract 2.15).
enum TaskPods {
    /// What the labels of a task's pod say that it is.
    enum Role: String { case task, cron }

    /// Waits for a line and becomes the command. Needs a shell, and an entry point that is known.
    private static let gate = ["/bin/sh", "-c", "read -r _ && exec \"$@\"", "sh"]

    static func name(of task: OneOffTask) -> String {
        Name.object(task.app.name.description, task.cronID == nil ? "run" : "cron", String(task.number))
    }

    /// - Parameters:
    ///   - record: what the live release has left in the cluster.
    ///   - gated: whether the command may be made to wait, should the image be known well enough.
    /// - Throws: ``AdapterError`` for what a cluster cannot have.
    static func pod(
        of task: OneOffTask, beside record: ReleaseRecord, in namespace: String, settings: KubernetesSettings,
        gated: Bool = true
    ) throws -> TaskPod {
        let role: Role = task.cronID == nil ? .task : .cron
        let container = role == .task ? "run" : "cron"
        let name = name(of: task)
        let words = task.command.isEmpty ? Shell.words(task.shell) : task.command
        let kind = task.image.facts?.kind ?? .dockerfile
        let claims = try ResourceClaims(task.resources, settings: settings.objects, owner: container)
        let options = PodOptions(task.dockerOptions)
        let labels = labels(of: task, role, options, origin: settings.origin)
        let secrets = record.entries.filter { $0.kind == ResourceKind.secret.kind }.map(\.name)
        let storage = try Storage(task.mounts, of: task.app.name, origin: settings.origin)
        let maker = Config(app: task.app.name, namespace: namespace, labels: labels.labels)
        var own: [KubernetesObject] = []
        func kept(_ secret: KubernetesObject?, or name: String) -> String? {
            guard var secret, !secrets.contains(secret.name) else { return secret?.name }
            secret.name = name
            own.append(secret)
            return name
        }
        let config = kept(try maker.environment(task.environment), or: name)
        let pull = kept(maker.pullSecret(task.pullCredentials), or: name + "-pull")

        var template = PodTemplate(
            container: container, image: (task.image.pushed ?? task.image.local).description, config: config,
            variables: variables(task, container, kind), resources: claims.document,
            mounts: storage.taskMounts,
            pullSecrets: settings.objects.imagePullSecrets
                + (pull.map { [$0] } ?? secrets.filter { $0.contains("-pull-") }),
            stopTimeout: task.app.stopTimeout, restartPolicy: "Never", standardInput: !task.isDetached,
            terminal: task.hasTerminal, deadline: task.timeToLive, options: options, imageFacts: task.image.facts)
        let isGated = gated && !task.isDetached && template.start(words, task.image.facts, behind: gate)
        if !isGated { template.start(words, kind) }
        var annotations = labels.annotations
        annotations[Annotation.imageKind] = kind.rawValue
        annotations[Annotation.command] = words.joined(separator: " ")
        return TaskPod(
            object: KubernetesObject(
                .pod, name, in: namespace, labels: labels.labels, annotations: annotations,
                ["spec": .object(template.spec(settings.objects))]),
            container: container, secrets: own, claims: storage.taskClaims(in: namespace),
            hasTerminal: task.hasTerminal, isGated: isGated,
            warnings: claims.unmapped + options.unmapped)
    }

    /// Ours and the user's. What cannot be a label becomes an annotation.
    private static func labels(of task: OneOffTask, _ role: Role, _ options: PodOptions, origin: String)
        -> (labels: [String: String], annotations: [String: String])
    {
        var labels: [String: String] = [:]
        var annotations: [String: String] = [:]
        for (key, value) in options.labels.merging(task.labels, uniquingKeysWith: { $1 }) {
            if Name.label(value) == value { labels[key] = value } else { annotations[key] = value }
        }
        labels.merge(Label.common(task.app.name, origin: origin)) { $1 }
        labels[Label.role] = role.rawValue
        labels[Label.task] = name(of: task)
        if let id = task.cronID { labels[Label.cron] = Name.label(id) }
        return (labels, annotations)
    }

    /// The pod of a command with a storage entry at `/data`.
    static func pod(of task: StorageTask, in namespace: String, settings: KubernetesSettings, gated: Bool = true)
        throws -> TaskPod
    {
        let mount = try Mount("\(Name.object(task.entry.name)):/data", entry: task.entry)
        let words = task.command.isEmpty ? Shell.words(nil) : task.command
        var options: [String] = []
        if let user = task.user {
            guard Int(user.split(separator: ":").first ?? "") != nil else {
                throw AdapterError(
                    .invalidInput, "the cluster knows users by number only, not '\(user)'",
                    hint: "storage:exec \(task.entry.name) --as-user 1000 …")
            }
            options = ["--user", user]
        }
        let name = Name.object(task.entry.name, "exec", String(task.number))
        let labels = [
            "app.kubernetes.io/managed-by": "linkspan", Label.entry: Name.label(task.entry.name),
            Label.role: Role.task.rawValue, Label.task: name,
        ].merging(settings.origin.isEmpty ? [:] : [Label.origin: settings.origin]) { $1 }
        let template = PodTemplate(
            container: "storage", image: task.image.description, command: gated ? gate : Array(words.prefix(1)),
            arguments: gated ? words : Array(words.dropFirst()),
            mounts: [PodMount(mount, claim: Name.object(task.entry.name), number: 1)],
            pullSecrets: settings.objects.imagePullSecrets, stopTimeout: 5, restartPolicy: "Never",
            standardInput: true, terminal: task.hasTerminal, options: PodOptions(options))
        return TaskPod(
            object: KubernetesObject(
                .pod, name, in: namespace, labels: labels,
                annotations: [Annotation.command: words.joined(separator: " ")],
                ["spec": .object(template.spec(settings.objects))]),
            container: "storage", hasTerminal: task.hasTerminal, isGated: gated)
    }

    private static func variables(_ task: OneOffTask, _ container: String, _ kind: ImageFacts.Kind)
        -> [PodTemplate.Variable]
    {
        var variables = [PodTemplate.Variable(name: "DYNO", value: "\(container).\(task.number)")]
        if kind == .herokuish { variables.append(.init(name: "USER", value: task.image.buildpackUser)) }
        if task.isTraced { variables.append(.init(name: "TRACE", value: "true")) }
        return variables
    }
}

extension PodTemplate {
    /// Starts `words` as the image's builder wants it; an entry point of the image's own stays in front.
    fileprivate mutating func start(_ words: [String], _ kind: ImageFacts.Kind) {
        switch kind {
        case .dockerfile: arguments = words
        case .herokuish: arguments = ["/exec"] + words
        case .pack: (command, arguments) = (["launcher"], words)
        }
    }

    /// The same behind `gate`, which takes the entry point's place and so must know it.
    /// - Returns: whether that can be.
    fileprivate mutating func start(_ words: [String], _ image: ImageFacts?, behind gate: [String]) -> Bool {
        switch image?.kind ?? .dockerfile {
        case .dockerfile:
            guard let entrypoint = image?.entrypoint else { return false }
            arguments = entrypoint + words
        case .herokuish: arguments = (image?.entrypoint ?? []) + ["/exec"] + words
        case .pack: arguments = ["launcher"] + words
        }
        command = gate
        return true
    }
}
