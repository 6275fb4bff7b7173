import Foundation

/// What it costs to be called: a trigger of another scheduler's app, one of ours, and a command.
struct StartUp {
    let stage: Stage

    func measure(runs: Int) throws -> Report.Part {
        try stage.linkspan("apps:create", "shop")
        let link = try stage.trigger("scheduler-is-deployed")
        let script = try stage.script("not-mine", "[ \"$1\" = docker-local ] || exit 0\n")
        let none = try Figures(
            runs: runs * 10,
            [
                ("linkspan", { try stage.program([link, "elsewhere", "shop"]).run() }),
                ("sh that compares $1", { try Program([script, "elsewhere", "shop"]).run() }),
                ("/bin/true", { try Program(["/bin/true"]).run() }),
            ])
        let report = try Figures(
            runs: runs * 4,
            [
                (
                    "linkspan",
                    { try stage.program([stage.binary, "ps:set", "shop", "restart-policy", "always"]).run() }
                ),
                ("/bin/true", { try Program(["/bin/true"]).run() }),
            ])
        return Report.Part(
            title: "start-up",
            figures: [
                none.milliseconds("a trigger of another scheduler's app"),
                report.milliseconds("a setting that is written"),
            ])
    }
}
