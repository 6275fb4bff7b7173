import Foundation

/// Deploys to a real Nomad, beside `nomad job run` with a job of the same groups.
struct NomadDeploys {
    private static let portVariable = "LINKSPAN_BENCH_NOMAD_PORT"
    private static let imageVariable = "LINKSPAN_BENCH_IMAGE"

    let stage: Stage
    let forwarder: CountingForwarder
    let image: String

    /// Needs an agent on this machine that may be filled, an image with busybox' programs that its engine has, and the
    /// program `nomad`.
    static func measure(binary: String, runs: Int) throws -> Report.Part {
        let variables = ProcessInfo.processInfo.environment
        var part = Report.Part(title: "Nomad", figures: [])
        guard let port = variables[portVariable].flatMap({ UInt16($0) }), let image = variables[imageVariable] else {
            part.skipped = "\(portVariable) names the port of a Nomad here, \(imageVariable) an image of busybox"
            return part
        }
        guard (try? Program(["nomad", "version"]).run()) != nil else {
            part.skipped = "there is no nomad to compare with"
            return part
        }
        let forwarder = try CountingForwarder(to: port)
        let stage = try Stage(binary: binary, variables: ["NOMAD_ADDR": "http://127.0.0.1:\(forwarder.port)"])
        defer { stage.clear() }
        part.figures = try NomadDeploys(stage: stage, forwarder: forwarder, image: image).measure(runs)
        return part
    }

    private func measure(_ runs: Int) throws -> [Figure] {
        try prepare()
        defer {
            for name in ["shop", "theirs"] { _ = try? stage.program(["nomad", "job", "stop", "-purge", name]).run() }
        }
        let ours = "linkspan deploy"
        let theirs = "nomad job run, job deployments"
        let first = try Figures(runs: runs, [(ours, { try firstDeploy() }), (theirs, { try firstRun() })])
        let again = try Figures(runs: runs * 3, [(ours, { try deploy() }), (theirs, { try run() })])
        let release = try Figures(runs: runs, [(ours, { try nextDeploy() }), (theirs, { try nextRun() })])
        return [
            first.milliseconds("the first deploy of two process types"),
            first.figure("the same, requests", "requests") { Double($0.requests) }, first.peakMemory("the same"),
            again.milliseconds("a deploy that changes nothing"),
            again.figure("the same, requests", "requests") { Double($0.requests) },
            release.milliseconds("the next release, by canaries"),
            release.figure("the same, requests", "requests") { Double($0.requests) },
        ]
    }

    private func prepare() throws {
        try stage.write("web: httpd -f -p $PORT -h /\nworker: sleep 100000", to: "project/Procfile")
        let uptime = #"[{"type": "startup", "uptime": 5}]"#
        try stage.write(#"{"healthchecks": {"web": \#(uptime), "worker": \#(uptime)}}"#, to: "project/app.json")
        try stage.linkspan("apps:create", "shop")
        try stage.linkspan("ps:scale", "shop", "web=2", "worker=1")
        try stage.linkspan("scheduler:set", "shop", "selected", "nomad")
        _ = try firstDeploy()
        _ = try firstRun()
    }

    /// What a person would write down for `nomad job run`.
    private func job(greeting: String) -> String {
        func group(_ name: String, _ count: Int, _ words: String) -> String {
            """
              group "\(name)" {
                count = \(count)
                update {
                  canary = \(count)
                  max_parallel = \(count)
                  auto_promote = true
                  auto_revert = true
                  min_healthy_time = "5s"
                }
                network {
                  port "http" { to = 5000 }
                }
                task "\(name)" {
                  driver = "docker"
                  config {
                    image = "\(image)"
                    command = "sh"
                    args = ["-c", "\(words)"]
                    ports = ["http"]
                  }
                  env { GREETING = "\(greeting)" }
                }
              }

            """
        }
        return "job \"theirs\" {\n  datacenters = [\"dc1\"]\n" + group("web", 2, "httpd -f -p 5000 -h /")
            + group("worker", 1, "sleep 100000") + "}\n"
    }

    private func deploy() throws -> Program.Cost {
        try forwarder.counting {
            try stage.linkspan("deploy", "shop", "--image", image, "--project", stage.folder + "/project")
        }
    }

    private func firstDeploy() throws -> Program.Cost {
        _ = try? stage.program(["nomad", "job", "stop", "-purge", "shop"]).run()
        return try deploy()
    }

    private func nextDeploy() throws -> Program.Cost {
        try stage.write("GREETING=\(UUID().uuidString)\n", to: "project/.env")
        return try deploy()
    }

    /// `nomad job run` need not wait until the job runs: a script asks each second, as here.
    private func run() throws -> Program.Cost {
        try forwarder.counting {
            let start = ContinuousClock.now
            var total = try stage.program(["nomad", "job", "run", stage.folder + "/theirs.nomad"]).run()
            while true {
                let state = try stage.program(["nomad", "job", "deployments", "-latest", "-json", "theirs"]).run()
                total.processorSeconds += state.processorSeconds
                total.peakMemory = max(total.peakMemory, state.peakMemory)
                let status = Self.status(state.output)
                if status == "successful" { break }
                guard status == "running" || status.isEmpty else {
                    throw Program.Failed(description: "the deployment is \(status)")
                }
                Thread.sleep(forTimeInterval: 1)
            }
            total.seconds = start.duration(to: .now) / .seconds(1)
            return total
        }
    }

    private static func status(_ json: String) -> String {
        let deployment = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        return deployment?["Status"] as? String ?? ""
    }

    private func firstRun() throws -> Program.Cost {
        _ = try? stage.program(["nomad", "job", "stop", "-purge", "theirs"]).run()
        try stage.write(job(greeting: "hello"), to: "theirs.nomad")
        return try run()
    }

    private func nextRun() throws -> Program.Cost {
        try stage.write(job(greeting: UUID().uuidString), to: "theirs.nomad")
        return try run()
    }
}
