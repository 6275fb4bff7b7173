import JSONDocument

extension Cluster {
    func runJobs() {
        for (key, job) in store.all("jobs.batch") where !job.isGoing { run(job, key) }
    }

    private func run(_ job: JSONValue, _ key: ObjectKey) {
        let own = made(by: job, "pods").map(\.object)
        let succeeded = own.filter { $0.at("status", "phase") == "Succeeded" }.count
        var failed = own.filter { $0.at("status", "phase") == "Failed" }.count
        let active = own.filter { !self.isOver($0) && !$0.isGoing }
        var conditions = Conditions(job["status"], now: calendar.now)
        guard conditions["Complete"] == nil, conditions["Failed"] == nil else { return }
        let wanted = job.at("spec", "completions")?.whole ?? 1
        let began = progress[job.uid] ?? calendar.seconds
        if progress[job.uid] == nil {
            progress[job.uid] = began
            if let limit = job.at("spec", "activeDeadlineSeconds")?.whole {
                settle(after: Double(limit) + 0.1, job.uid)
            }
        }
        var status = job["status"] ?? [:]
        status.fallBack(calendar.now, "startTime")
        let limit = job.at("spec", "activeDeadlineSeconds")?.whole.map(Double.init)
        var end: (reason: String, message: String)?
        if let limit, calendar.seconds - began >= limit {
            end = ("DeadlineExceeded", "Job was active longer than specified deadline")
        } else if failed > job.at("spec", "backoffLimit")?.whole ?? 6 {
            end = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        }
        if let end {
            failed += active.count
            for pod in active {
                beginToDelete(
                    ObjectKey(collection: "pods", namespace: pod.namespace, name: pod.objectName), DeleteOptions())
            }
            conditions.set("Failed", true, end.reason, end.message)
        } else if succeeded >= wanted {
            conditions.set("Complete", true)
            status["completionTime"] = calendar.now
        } else {
            let room = (job.at("spec", "parallelism")?.whole ?? 1) - active.count
            let missing = min(room, wanted - succeeded - active.count)
            let isSuspended = job.at("spec", "suspend")?.flag == true
            // A task that failed is tried again after a while.
            let pause = failed == 0 ? 0 : 10 * Double(1 << min(failed - 1, 5))
            let now = calendar.seconds
            let waited = now - (progress["\(job.uid) failed \(failed)"] ?? now)
            if failed > 0, progress["\(job.uid) failed \(failed)"] == nil {
                progress["\(job.uid) failed \(failed)"] = calendar.seconds
                settle(after: pause + 0.1, "\(job.uid) failed")
            }
            if missing > 0, !isSuspended, waited >= pause {
                for _ in 0..<missing { createPod(of: job, name: nil) }
            }
        }
        let isDone = end != nil || succeeded >= wanted
        let running = isDone ? 0 : made(by: job, "pods").filter { !self.isOver($0.object) && !$0.object.isGoing }.count
        for (field, number) in [("active", running), ("succeeded", succeeded), ("failed", failed)] {
            status[field] = number > 0 ? .integer(number) : nil
        }
        var items = conditions.items
        for index in items.indices { items[index].fallBack(calendar.now, "lastProbeTime") }
        if !items.isEmpty { status["conditions"] = .array(items) }
        setStatus(status, key)
    }

    /// Makes a job of a cron job's template, as its schedule would.
    func fire(_ name: String, _ namespace: String) {
        let key = ObjectKey(collection: "cronjobs.batch", namespace: namespace, name: name)
        guard var cron = store[key], let template = cron.at("spec", "jobTemplate"),
            let kind = kinds.first(where: { $0.name == "Job" })
        else { return }
        var job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": template["metadata"] ?? [:],
            "spec": template["spec"] ?? [:],
        ]
        job.put(.string("\(name)-\(1_893_456_000 + Int(calendar.seconds))"), "metadata", "name")
        job.put([reference(to: cron)], "metadata", "ownerReferences")
        job.put(nil, "metadata", "creationTimestamp")
        _ = try? create(job, Target(kind: kind, namespace: namespace), by: "kube-controller-manager")
        cron.put(calendar.now, "status", "lastScheduleTime")
        store.put(cron, key)
        settle()
    }
}
