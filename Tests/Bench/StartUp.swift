import Foundation

/// What a command costs. ``DokkuTriggers`` measure what it costs to be called by Dokku.
struct StartUp {
    let stage: Stage

    func measure(runs: Int) throws -> Report.Part {
        try stage.linkspan("apps:create", "shop")
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
            figures: [report.milliseconds("a setting that is written")])
    }
}
