import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// Jobs of one-off tasks.
struct TaskJobTests {
    private func job(
        _ kind: ImageFacts.Kind = .dockerfile, isHeld: Bool = false, cronID: String? = nil,
        facts: ServerFacts = .none(in: "shops"), _ change: (inout OneOffTask) -> Void = { _ in }
    ) throws -> TaskJob {
        let image = ReleaseImage(
            local: try ImageReference("dokku/shop:latest"), facts: ImageFacts(kind: kind, entrypoint: ["/init"]))
        var task = OneOffTask(
            app: App(name: try AppName("shop")), image: image, command: ["rake", "db:migrate ${X}"],
            environment: ["KEY": "good morning"], timeToLive: 60, cronID: cronID, number: 7)
        change(&task)
        return try TaskJob(task, settings: PlanStage.settings(), facts: facts, isHeld: isHeld)
    }

    private func task(_ job: TaskJob) -> JSONValue {
        LiveJob(job.job).groups.first?["Tasks"]?.items?.first ?? .null
    }

    @Test func itRunsExactlyOnce() throws {
        let job = try job()
        #expect(job.jobID == "shop-run-7" && job.task == "run" && job.words.isEmpty)
        #expect(job.job["Type"] == "batch" && job.job["Meta"]?["linkspan_ttl"] == "60")
        let group = LiveJob(job.job).groups.first
        #expect(group?["RestartPolicy"]?["Attempts"] == 0 && group?["ReschedulePolicy"]?["Unlimited"] == false)
        #expect(task(job)["Config"]?["args"] == ["rake", "db:migrate $${X}"])
        #expect(task(job)["Env"]?["DYNO"] == "run.7")
    }

    @Test func itReadsItsOwnCopyOfTheConfig() throws {
        let job = try job()
        #expect(job.variable?.path == "nomad/jobs/shop-run-7")
        #expect(!job.job.compact.contains("good morning"))
        #expect(try self.job(facts: PlanStage.old()).variable == nil)
    }

    @Test(arguments: [
        (ImageFacts.Kind.dockerfile, ["/init", "rake", "db:migrate ${X}"]),
        (.herokuish, ["/init", "/exec", "rake", "db:migrate ${X}"]), (.pack, ["launcher", "rake", "db:migrate ${X}"]),
    ])
    func aHeldPlaceStartsWhatTheContainerWouldHave(_ kind: ImageFacts.Kind, _ words: [String]) throws {
        let job = try job(kind, isHeld: true)
        #expect(job.words == words)
        #expect(task(job)["Config"]?["entrypoint"] == ["/bin/sh"])
    }

    @Test func cronRunsAreTold() throws {
        let job = try job(cronID: "abc")
        #expect(job.jobID == "shop-cron-7" && job.job["Meta"]?["linkspan_cron"] == "abc")
        #expect(job.job["Meta"]?["linkspan_role"] == "cron")
    }
}
