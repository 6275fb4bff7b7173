import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import DokkuIO

/// What the plugins of a Dokku say, asked through trigger files (contract part 3).
struct DokkuInputTests {
    private let scratch: Scratch
    private let layout: DokkuLayout
    private let app: AppName

    init() throws {
        scratch = try Scratch()
        layout = DokkuLayout(root: scratch.path + "/root", library: scratch.path + "/lib")
        app = try AppName("shop")
        try AppStore(layout).create(app)
    }

    private var plugn: Plugn { Plugn(layout, environment: [:]) }

    /// A plugin of Dokku's own that answers `trigger` by a script and notes that it was asked.
    private func answer(_ trigger: String, by plugin: String = "some", _ script: String) throws {
        let file = "lib/plugins/enabled/\(plugin)/\(trigger)"
        try scratch.write("#!/bin/sh\necho \"\(trigger) $*\" >> '\(scratch.path)/log'\n\(script)\n", to: file)
        chmod(scratch.path + "/" + file, 0o755)
        try scratch.write("", to: "lib/core-plugins/enabled/\(plugin)/plugin.toml")
    }

    private func reader(tag: String = "latest", _ plugn: Plugn? = nil) -> AppReader {
        AppReader(layout, app, plugn ?? self.plugn, tag: tag)
    }

    private var log: [String] { scratch.read("log")?.split(separator: "\n").map(String.init).sorted() ?? [] }

    // MARK: asking

    @Test func aQuestionIsAskedOnceHoweverOften() async throws {
        try answer("ports-get", "echo http:80:3000")
        let plugn = plugn
        async let first = plugn.ask("ports-get", "shop")
        async let second = plugn.ask("ports-get", "shop")
        #expect(
            try await [first, second, plugn.ask("ports-get", "shop")] == Array(repeating: "http:80:3000", count: 3))
        #expect(log == ["ports-get shop"])
    }

    @Test func answersComeInThePluginsOrderAndEndWithAFailure() async throws {
        try answer("docker-args-run", by: "b", "printf ' --b'; echo bad >&2; exit 3")
        try answer("docker-args-run", by: "a", "printf ' --a'")
        try answer("docker-args-run", by: "c", "printf ' --c'")
        try answer("docker-args-run", by: "20_events", "printf journal")
        let answer = try await plugn.answer("docker-args-run", ["shop", "latest"])
        #expect(answer == .init(status: 3, text: " --a --b", complaint: "bad\n"))
        await #expect { try await plugn.ask("docker-args-run", "shop", "latest") } throws: { error in
            (error as? AdapterError)?.details == ["bad"]
        }
    }

    @Test func whatNobodyAnswersIsNoAnswer() async throws {
        try answer("ports-get", by: "20_events", "echo wrong")
        #expect(try await plugn.ask("ports-get", "shop") == nil)
        #expect(!plugn.isAnswered("ports-get"))
    }

    /// Other people's plugins may have a configuration, which is plugn's to hand them.
    @Test func otherPeoplesPluginsAreCalledByPlugn() async throws {
        try answer("ports-get", by: "mine", "echo direct")
        try FileManager.default.removeItem(atPath: scratch.path + "/lib/core-plugins/enabled/mine")
        // There is no plugn on this path.
        await #expect(throws: AdapterError.self) { try await plugn.ask("ports-get", "shop") }
        #expect(log.isEmpty)
    }

    // MARK: the image

    @Test func withoutARegistryTheImageIsTheLocalOneWithTheTagGiven() async throws {
        for name in ["deployed-app-repository", "deployed-app-image-repo", "deployed-app-image-tag"] {
            try answer(name, by: "registry", "exit 1")
        }
        #expect(try await reader(tag: "").inputs.image().description == "dokku/shop:latest")
        #expect(try await reader(tag: "v3").inputs.image().description == "dokku/shop:v3")
        #expect(log.isEmpty)
    }

    @Test(arguments: [
        ("registry.example.com/", "team/shop", "7", "latest", "registry.example.com/team/shop:7"),
        ("", "team/shop", "", "v2", "team/shop:v2"), ("", "", "", "", "dokku/shop:latest"),
    ])
    func whatTheRegistrySaysGoesFirst(
        _ server: String, _ repository: String, _ number: String, _ tag: String, _ image: String
    ) async throws {
        try answer("deployed-app-repository", "echo '\(server)'")
        try answer("deployed-app-image-repo", "echo '\(repository)'")
        try answer("deployed-app-image-tag", "printf '%s' '\(number)'")
        #expect(try await reader(tag: tag).inputs.image().description == image)
    }

    // MARK: a release

    private func newDokku() throws {
        try answer("config-export", #"printf '{"A":"one\\ntwo","B":"\\u003cb\\u003e $HOME"}\n'"#)
        try answer("config-set", "")
        try answer("ps-current-scale", "printf 'gone=0\\nweb=2\\nworker=0'")
        try answer("procfile-exists", "")
        try answer(
            "procfile-get-command",
            "case $2 in web) echo \"serve '\\$A b' --port $3\";; worker) echo work;; *) exit 1;; esac")
        try answer(
            "app-json-get-content",
            #"printf '{"cron":[{"command":"true","schedule":"@daily","maintenance":false,"concurrency_policy":""}],"formation":null,"healthchecks":null,"scripts":{"dokku":{"predeploy":"","postdeploy":""},"postdeploy":""}}'"#
        )
        try answer("ports-get", "printf 'udp:53:53\\nhttp:80:3000\\n'")
        try answer("domains-list", "printf 'a.example.com\\nb.example.com\\n'")
        try answer("ps-get-property", "exit 1")
        try answer("checks-get-property", "exit 1")
        try answer("storage-app-mounts", "exit 1")
        try answer("certs-get", "echo \"$2 of $1\"")
        try answer("certs-exists", "echo true")
    }

    private func deployment(_ manifest: Manifest, _ plugn: Plugn? = nil) async throws -> Deployment {
        let reader = reader(plugn)
        let project = try await reader.inputs.project(.all)
        return try await reader.deployment(
            project, image: ReleaseImage(local: try await reader.inputs.image()),
            formation: try await reader.inputs.formation(project), id: DeploymentID("test"), for: manifest)
    }

    private static let cloud = Manifest(scheduler: "cloud", capabilities: [.cron], images: .registry, cron: .scheduler)
    private static let local = Manifest(
        scheduler: "docker-local", capabilities: [.retire], images: .localEngine, cron: .host)

    @Test func aReleaseForASchedulerElsewhere() async throws {
        try newDokku()
        try scratch.write("120", to: "lib/config/checks/--global/wait-to-retire")
        try scratch.write("2", to: "lib/config/resource/shop/web.limit.cpu")
        try scratch.write("--cap-add=NET_ADMIN\n", to: "lib/config/docker-options/shop/_default_.deploy")
        let plugn = plugn
        let deployment = try await deployment(Self.cloud, plugn)
        #expect(deployment.environment == ["A": "one\ntwo", "B": "<b> $HOME"])
        #expect(deployment.processes.map(\.type.description) == ["web", "worker"], "gone is in no Procfile")
        let web = try #require(deployment.processes.first)
        #expect(web.quantity == 2)
        #expect(web.command.procfile == ["serve", "$A b", "--port", "3000"], "Dokku has filled in what is to be")
        #expect(web.resources.limits == ["cpu": "2"])
        #expect(deployment.routes.domains == ["a.example.com", "b.example.com"])
        #expect(deployment.routes.ports.map(\.description) == ["udp:53:53", "http:80:3000"])
        #expect(deployment.certificate == Certificate(chain: "crt of shop\n", privateKey: "key of shop\n"))
        #expect(deployment.waitToRetire == 120)
        #expect(deployment.dockerOptions == ["--cap-add=NET_ADMIN"])
        #expect(deployment.cron.map(\.command) == ["true"])
        #expect(Set(log).count == log.count, "nothing is asked twice")
        #expect(!log.contains { $0.hasPrefix("docker-args") || $0.hasPrefix("ps-get-property") })
    }

    @Test func containersGetWhatPluginsWantForEachOfThem() async throws {
        try newDokku()
        try scratch.write("host", to: "lib/config/network/shop/initial-network")
        try answer("docker-args-deploy", by: "config", #"printf ' --env=A --label="a b=`c`" --x=%s.%s' "$3" "$4""#)
        try answer("docker-args-process-deploy", by: "ps", "printf ' --restart=always --kind=%s' \"$2\"")
        let deployment = try await deployment(Self.local)
        let web = try #require(deployment.processes.first)
        #expect(
            web.instanceOptions?[2]
                == ["--env=A", "--label=a b=`c`", "--x=web.2", "--restart=always", "--kind=dockerfile"])
        #expect(deployment.restartPolicy == RestartPolicy(.always))
        #expect(deployment.networks == Networks(), "the network plugin has said so in its own words")
        #expect(deployment.cron.isEmpty && deployment.certificate == nil)
    }

    /// Dokku 0.26: what has no trigger yet stands in the config and in files (contract part 8).
    @Test func anOlderDokkuKeepsThingsElsewhere() async throws {
        try answer(
            "config-export",
            #"echo '{"DOKKU_WAIT_TO_RETIRE":"7","DOKKU_DOCKER_STOP_TIMEOUT":"9","DOKKU_APP_SHELL":"/bin/zsh","DOKKU_PROXY_PORT_MAP":"http:80:4000 https:443:4000"}'"#
        )
        try answer("ps-current-scale", "printf 'web=1'")
        try answer("procfile-get-command", "echo serve $3")
        try answer("storage-list", "echo /srv/data:/data")
        try scratch.write(#"{"cron":[{"command":"true","schedule":"@daily"}]}"#, to: "lib/data/app-json/shop/app.json")
        try scratch.write("-v /a:/b\n--restart=on-failure:10\n", to: "root/shop/DOCKER_OPTIONS_DEPLOY")
        try scratch.write("chain", to: "root/shop/tls/server.crt")
        try scratch.write("key", to: "root/shop/tls/server.key")
        let deployment = try await deployment(Self.cloud)
        #expect(deployment.waitToRetire == 7)
        #expect(deployment.app.stopTimeout == 9)
        #expect(deployment.routes.ports.map(\.containerPort) == [4_000, 4_000])
        #expect(deployment.processes.first?.command.procfile == ["serve", "4000"])
        #expect(deployment.mounts.map(\.description) == ["/srv/data:/data"])
        #expect(deployment.cron.map(\.schedule) == ["@daily"])
        #expect(deployment.dockerOptions == ["-v", "/a:/b", "--restart=on-failure:10"])
        #expect(deployment.certificate == Certificate(chain: "chain", privateKey: "key"))
        #expect(try reader().shell(deployment.environment) == "/bin/zsh")
    }

    @Test func withoutAProcfileEveryTypeOfTheScaleRunsTheImagesOwnCommand() async throws {
        try newDokku()
        try answer("procfile-exists", "exit 1")
        let deployment = try await deployment(Self.cloud)
        #expect(deployment.processes.map(\.type.description) == ["web", "gone", "worker"])
        #expect(deployment.processes.allSatisfy { $0.command.procfile == nil })
    }

    @Test func aTaskAsksForItsOwnCommandOnly() async throws {
        try newDokku()
        try answer("docker-args-run", "printf ' -v /a:/b'")
        let reader = reader()
        let worker = try ProcessType("worker")
        let project = try await reader.inputs.project(.one(worker))
        let task = try await reader.task(
            project, image: ReleaseImage(local: ImageReference("a:1")), words: ["worker", "--now"], number: 1,
            for: Self.local
        ) { _ in }
        #expect(task.command == ["work", "--now"])
        #expect(task.process == worker)
        #expect(task.dockerOptions == ["-v", "/a:/b"])
        #expect(log.filter { $0.hasPrefix("procfile-get-command") } == ["procfile-get-command shop worker 3000"])
    }

    @Test func aConfigThatIsNoneIsNotShown() async throws {
        try answer("config-export", "echo '{\"SECRET\": canary'")
        await #expect { try await reader().inputs.project(.none) } throws: { error in
            (error as? AdapterError).map { !"\($0)".contains("canary") } == true
        }
    }

    @Test func variablesOfACall() {
        let call = DokkuVariables([
            "DOKKU_GLOBAL_FLAGS": "--quiet --label=a=b --label='c=d e'", "DOKKU_DISABLE_TTY": "true",
            "DOKKU_RUN_TTL_SECONDS": "60", "DOKKU_CRON_ID": "", "DOKKU_CONCURRENCY_POLICY": "forbid",
            "DOKKU_DETACH_CONTAINER": "1",
        ])
        #expect(call.labels == ["a": "b", "c": "d e"])
        #expect(call.hasTerminal == false && call.isDetached && call.timeToLive == 60)
        #expect(call.cronID == nil && call.concurrency == .forbid)
        #expect(DokkuVariables([:]).hasTerminal == nil)
    }
}
