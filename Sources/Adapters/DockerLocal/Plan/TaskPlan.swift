import AdapterKit
import DockerEngine

/// The container of a one-off task, as a value (contract 2.15).
struct TaskPlan: Sendable, Equatable, Codable {
    var name: String
    var spec: ContainerSpec
    var networks: [String]
    var platform: String?

    init(_ task: OneOffTask, image: ImageFacts, engineArchitecture: String, settings: DockerLocalSettings) throws {
        let type: Label.ContainerType = task.cronID == nil ? .run : .cron
        name = ContainerName.task(task.app.name, type, task.number)

        var draft = OptionDraft(image: task.image.local.description)
        try draft.apply(task.dockerOptions, phase: "run")
        draft.join(initial: task.networks.initial, others: task.networks.attachPostCreate)
        draft.startInit(settings, image)
        draft.mount(task.mounts.filter(\.isForRun))
        try draft.limit(task.resources, of: type.rawValue)

        let words = task.command.isEmpty ? Shell.words(task.shell) : task.command
        switch image.kind {
        case .herokuish: draft.spec.Cmd = ["/exec"] + words
        case .pack:
            if draft.spec.Entrypoint == nil { draft.spec.Entrypoint = ["launcher"] }
            draft.spec.Cmd = words
        case .dockerfile: draft.spec.Cmd = words
        }

        draft.spec.Env = environment(task.environment, own: draft.spec.Env)
        draft.spec.Env.append("DYNO=\(type.rawValue).\(task.number)")
        if image.kind == .herokuish { draft.spec.Env.append("USER=" + task.image.buildpackUser) }
        if task.isTraced { draft.spec.Env.append("TRACE=true") }

        draft.spec.Labels.merge(task.labels) { $1 }
        draft.spec.Labels[Label.app] = task.app.name.description
        if !settings.origin.isEmpty { draft.spec.Labels[Label.origin] = settings.origin }
        draft.spec.Labels[Label.containerType] = type.rawValue
        draft.spec.Labels[Label.activeDeadline] = String(task.timeToLive)
        draft.spec.Labels[Label.processType] = task.process?.description
        if let id = task.cronID {
            draft.spec.Labels[Label.cronID] = id
            draft.spec.Labels[Label.concurrencyPolicy] = task.concurrency.rawValue
        }

        draft.spec.HostConfig.AutoRemove = true
        draft.spec.Tty = task.hasTerminal ? true : nil
        if !task.isDetached { draft.spec.attach(hasTerminal: task.hasTerminal) }
        spec = draft.spec
        networks = draft.networks
        platform = draft.platform ?? ContainerSpec.platform(image: image, engineArchitecture: engineArchitecture)
    }
}

extension ContainerSpec {
    /// Has whoever starts the container joined to it; its input ends with theirs.
    mutating func attach(hasTerminal: Bool) {
        Tty = hasTerminal ? true : nil
        OpenStdin = true
        StdinOnce = true
        AttachStdin = true
        AttachStdout = true
        AttachStderr = hasTerminal ? nil : true
    }
}
