import AdapterKit
import JSONDocument

extension Workloads {
    /// A periodic task of the app. Its name stays the same as long as its command and schedule do.
    func cronJob(_ task: CronTask, _ versions: ServedVersions) throws -> KubernetesObject {
        var template = taskTemplate(task.words)
        template.labels[Label.role] = "cron"
        template.labels[Label.cron] = Name.label(task.id)
        // A Job starts its pod again by itself only after the node was lost; a failed task has failed.
        template.restartPolicy = "Never"
        let policy: String =
            switch task.concurrency {
            case .allow: "Allow"
            case .forbid: "Forbid"
            case .replace: "Replace"
            }
        var job = metadata.object(
            versions.cronJob, Names(app: deployment.app.name).cron(task.id), in: namespace,
            [
                "spec": [
                    "schedule": .string(task.schedule), "suspend": .bool(task.isInMaintenance),
                    "concurrencyPolicy": .string(policy), "startingDeadlineSeconds": 60,
                    "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 3,
                    "jobTemplate": [
                        "metadata": ["labels": .strings(template.labels)],
                        "spec": [
                            "backoffLimit": 0, "activeDeadlineSeconds": 86_400,
                            "template": .object(template.document(settings.objects)),
                        ],
                    ],
                ]
            ])
        job.labels[Label.role] = "cron"
        job.labels[Label.cron] = Name.label(task.id)
        job.annotations[Annotation.cronID] = task.id
        job.annotations[Annotation.command] = task.command
        return job
    }

    /// A pod that runs once with the release's image, config and storage.
    private func taskTemplate(_ words: [String]) -> PodTemplate {
        var template = PodTemplate(container: "task", image: imageName)
        switch deployment.image.facts?.kind ?? .dockerfile {
        case .herokuish: template.arguments = ["/exec"] + words
        case .pack: (template.command, template.arguments) = (["launcher"], words)
        case .dockerfile: template.arguments = words
        }
        template.config = config
        template.variables = [
            .init(name: "LINKSPAN_POD", field: "metadata.name"), .init(name: "DYNO", value: "cron.$(LINKSPAN_POD)"),
        ]
        template.mounts = storage.taskMounts
        template.pullSecrets = pullSecrets
        template.serviceAccount = Names(app: deployment.app.name).serviceAccount
        template.stopTimeout = deployment.app.stopTimeout
        template.imageFacts = deployment.image.facts
        template.labels = metadata.labels(of: "Pod", process: nil)
        return template
    }
}
