import Foundation
import TestSupport
import Testing

/// Traffic through nginx, which is switched from release to release.
@Suite(
    .serialized,
    .enabled(
        if: LiveEngine.isAvailable && Tool.exists("nginx") && Tool.exists("curl"), "no Docker Engine, nginx or curl"))
struct LiveRolloutTests {
    /// An nginx of the test's own.
    private struct Proxy {
        let scratch: Scratch
        let port: Int
        var configuration: String { scratch.path + "/nginx.conf" }
        var command: String { "nginx -c \(configuration) -e \(scratch.path)/log" }

        init() async throws {
            scratch = try Scratch()
            port = Int.random(in: 30_000...39_999)
            try scratch.write(
                """
                pid \(scratch.path)/pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path \(scratch.path)/body; proxy_temp_path \(scratch.path)/proxy;
                  fastcgi_temp_path \(scratch.path)/fastcgi; uwsgi_temp_path \(scratch.path)/uwsgi; scgi_temp_path \(scratch.path)/scgi;
                  include \(scratch.path)/sites/*.conf;
                }
                """, to: "nginx.conf")
            try scratch.write("", to: "sites/none")
            let started = try await Tool.run("sh", "-c", command + " >/dev/null 2>&1")
            try #require(started.status == 0)
        }

        /// By its process id: nginx itself would read a configuration first that a test has broken.
        func stop() async throws {
            if let pid = scratch.read("pid").flatMap({ Int32($0.split(separator: "\n").first ?? "") }) {
                kill(pid, SIGQUIT)
            }
        }
    }

    private func withProxiedApp(_ body: (LiveApp, Proxy) async throws -> Void) async throws {
        try await LiveApp.with(scale: "web=2", "worker=0") { app in
            let proxy = try await Proxy()
            for words in [
                ["nginx:set", "--global", "command", proxy.command],
                ["nginx:set", "--global", "pid-file", proxy.scratch.path + "/pid"],
                ["nginx:set", "--global", "sites-directory", proxy.scratch.path + "/sites"],
                ["proxy:set", app.name, "type", "nginx"],
                ["domains:set", app.name, "shop.example.com"], ["ports:set", app.name, "http:\(proxy.port):5000"],
            ] {
                let result = try await app.run(words)
                try #require(result.status == 0, "\(result.error)")
            }
            do {
                try await body(app, proxy)
            } catch {
                try await proxy.stop()
                throw error
            }
            try await proxy.stop()
        }
    }

    /// Runs `body` under a loop of requests; how many there were and how many failed.
    private func underRequests(_ get: String, _ body: () async throws -> Void) async throws -> (all: Int, failed: Int) {
        let scratch = try Scratch()
        let loop = Task {
            try await Tool.run(
                "sh", "-c",
                "n=0; f=0; while [ ! -e \(scratch.path)/stop ] && [ $n -lt 100000 ]; do \(get) >/dev/null 2>&1 || f=$((f+1)); n=$((n+1)); done; echo $n $f"
            )
        }
        do {
            try await body()
        } catch {
            try scratch.write("", to: "stop")
            throw error
        }
        try scratch.write("", to: "stop")
        let counts = try await loop.value.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return (counts.first ?? 0, counts.last ?? -1)
    }

    private func get(_ proxy: Proxy) -> String {
        "curl -fsS --max-time 10 -H 'Host: shop.example.com' http://127.0.0.1:\(proxy.port)/"
    }

    @Test func noRequestFailsWhileReleasesChange() async throws {
        try await withProxiedApp { app, proxy in
            try await app.deployed()
            let counts = try await underRequests(get(proxy)) {
                for image in [LiveEngine.secondImage, LiveEngine.image, LiveEngine.secondImage] {
                    try await app.deployed(image)
                }
            }
            #expect(counts.all > 50 && counts.failed == 0, "\(counts)")
            #expect(try await Tool.run("sh", "-c", get(proxy)).output == "release two\n")
        }
    }

    @Test func noRequestFailsWhileAnAppIsScaledAndRenamed() async throws {
        try await withProxiedApp { app, proxy in
            try await app.deployed()
            let new = app.name + "-new"
            let counts = try await underRequests(get(proxy)) { () async throws -> Void in
                #expect(try await app.run("ps:scale", app.name, "web=3").status == 0)
                #expect(try await app.run("ps:scale", app.name, "web=1").status == 0)
                #expect(try await app.run("apps:rename", app.name, new).status == 0)
            }
            #expect(counts.all > 50 && counts.failed == 0, "\(counts)")
            #expect(try await Tool.run("sh", "-c", get(proxy)).output == "release one\n")
            #expect(try await app.run("apps:destroy", "--force", new).status == 0)
        }
    }

    @Test func aSiteThatNginxRefusesFailsTheDeployAndChangesNothing() async throws {
        try await withProxiedApp { app, proxy in
            try await app.deployed()
            let before = try await app.containers()
            let site = proxy.scratch.read("sites/linkspan-\(app.name).conf")
            try proxy.scratch.write("nonsense;", to: "sites/broken.conf")
            let result = try await app.deploy(LiveEngine.secondImage)
            #expect(
                result.status == 1 && result.error.contains("nginx refuses the site of \(app.name)"), "\(result.error)")
            #expect(try await app.containers() == before, "names and ids are as they were")
            #expect(proxy.scratch.read("sites/linkspan-\(app.name).conf") == site)
            #expect(try await app.page() == "release one\n")
        }
    }

    @Test func scalingToNothingLeavesASiteThatSaysSo() async throws {
        try await withProxiedApp { app, proxy in
            try await app.deployed()
            #expect(try await app.run("ps:scale", app.name, "web=0").status == 0)
            let status = try await Tool.run(
                "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: shop.example.com",
                "http://127.0.0.1:\(proxy.port)/")
            #expect(status.output == "503")
            try await app.run("proxy:set", app.name, "type", "null")
            #expect(try await app.run("ps:scale", app.name, "web=1").status == 0)
            #expect(!proxy.scratch.names("sites").contains("linkspan-\(app.name).conf"))
        }
    }

    @Test func destroyingTakesTheSiteAway() async throws {
        try await withProxiedApp { app, proxy in
            try await app.deployed()
            #expect(proxy.scratch.names("sites").contains("linkspan-\(app.name).conf"))
            #expect(try await app.run("apps:destroy", "--force", app.name).status == 0)
            #expect(!proxy.scratch.names("sites").contains("linkspan-\(app.name).conf"))
        }
    }
}
