import AdapterKit

extension Suite {
    /// What must not be seen is not seen. Besides, every case fails whose output holds a secret.
    static let secrecy: [ConformanceCase] = [
        ConformanceCase("secrecy.deploy", "A deploy shows no value of the config.", .core) { stage in
            let console = RecordingConsole()
            try await stage.deploy(stage.release(stage.app()), console: console)
            try stage.expectNoSecret(in: console.everything, "the output")
        },
        ConformanceCase("secrecy.failure", "A failed deploy shows no value of the config.", .core) { stage in
            let console = RecordingConsole()
            let error = try await stage.failure(
                of: stage.release(stage.app(), ["web": Part(1, "exit", "1")]), console: console)
            try stage.expectNoSecret(in: console.everything + stage.told(error), "the failure")
        },
        ConformanceCase(
            "secrecy.crash-with-secret", "When a process prints its config as it crashes, the failure masks the values."
        ) { stage in
            let console = RecordingConsole()
            var release = try stage.release(stage.app())
            release.processes[0].command = StartCommand(procfile: ["sh", "-c", "kit value DATABASE_URL; kit exit 1"])
            let error = try await stage.failure(of: release, console: console)
            try stage.expectNoSecret(in: console.everything + stage.told(error), "the failure")
        },
        ConformanceCase(
            "secrecy.inspect", "A description of the instances shows no value of the config.",
            needs: [.inspect, .workloads]
        ) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let text = String(
                decoding: try await stage.role((any Inspecting).self).inspect(stage.known(app)), as: UTF8.self)
            try stage.expectNoSecret(in: text, "the description")
        },
        ConformanceCase("secrecy.plan", "A plan shows no value of the config.", needs: [.plan, .workloads]) { stage in
            let text = String(
                decoding: try await stage.role((any Planning).self).plan(stage.release(stage.app())), as: UTF8.self)
            try stage.expectNoSecret(in: text, "the plan")
        },
        ConformanceCase("secrecy.missing-image", "A failure about an image shows no value of the config.") { stage in
            let error = try await stage.failure(of: stage.release(stage.app(), image: stage.backend.images.missing))
            try stage.expectNoSecret(in: stage.told(error), "the failure")
        },
        ConformanceCase("secrecy.addresses", "No address that is asked for holds a value of the config.", .core) {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            _ = try await stage.status(app)
            for line in stage.backend.journal.all {
                try stage.expectNoSecret(in: line.request.target, line.request.method + " " + line.request.path)
            }
        },
        ConformanceCase(
            "secrecy.key-and-login", "A deploy shows neither a certificate's key nor a registry's password."
        ) {
            stage in
            var release = try stage.release(stage.app())
            let words = ["the-k3y-of-a-certificate", "the-passw0rd-of-a-registry"]
            release.certificate = Certificate(
                chain: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                privateKey: "-----BEGIN PRIVATE KEY-----\n\(words[0])\n-----END PRIVATE KEY-----\n")
            release.pullCredentials = [
                RegistryCredential(server: "registry.invalid", username: "kit", password: words[1])
            ]
            let console = RecordingConsole()
            var told = ""
            do { try await stage.deploy(release, console: console) } catch let error as AdapterError {
                told = stage.told(error)
            }
            if stage.claims(.plan) {
                told += String(decoding: try await stage.role((any Planning).self).plan(release), as: UTF8.self)
            }
            for word in words {
                for form in Secrets.forms(of: word) {
                    try expect(!(console.everything + told).contains(form.text), "a secret is shown \(form.name)")
                }
            }
        },
        ConformanceCase("secrecy.task", "A task that fails shows no value of the config.", needs: [.run]) { stage in
            let console = RecordingConsole()
            let task = try stage.task(stage.app(), ["no-such-program"])
            _ = try? await stage.run(task, console: console)
            try stage.expectNoSecret(in: console.everything, "the output")
        },
    ]
}

extension Stage {
    func expectNoSecret(in text: String, _ place: String) throws {
        if let leak = secrets.leak(in: text) { throw Broken("\(place) holds \(leak)") }
    }
}
