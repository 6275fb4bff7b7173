import AdapterKit
import Foundation
import Testing

struct NamesTests {
    @Test(arguments: ["shop", "my-app.example", "0", "a_b"])
    func appNamesOfDokkuAreTaken(_ text: String) throws {
        #expect(try AppName(text).description == text)
    }

    @Test(arguments: [
        "", "..", "../etc", "a/b", "Shop", "-shop", ".shop", "shöp", "🚀", "a b", "a\nb",
        String(repeating: "a", count: 300),
    ])
    func otherAppNamesAreRefused(_ text: String) {
        #expect(throws: AdapterError.self) { try AppName(text) }
    }

    @Test func emptyAppNameAsksForOne() {
        #expect {
            try AppName("")
        } throws: { ($0 as? AdapterError)?.message == "Please specify an app to run the command on" }
    }

    @Test func aDocumentCannotBringInABadName() {
        #expect(throws: (any Error).self) { try JSONDecoder().decode([AppName].self, from: Data(#"["../etc"]"#.utf8)) }
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([InstanceName].self, from: Data(#"["web.0"]"#.utf8))
        }
    }

    @Test(arguments: [("web.1", "web", 1), ("my-worker.12", "my-worker", 12)])
    func instanceNames(_ text: String, _ process: String, _ index: Int) throws {
        let name = try #require(InstanceName(text))
        #expect(name.process.description == process)
        #expect(name.index == index)
        #expect(name.description == text)
    }

    @Test(arguments: ["web", "web.0", "web.-1", "web.x", ".1", "web."])
    func otherInstanceNamesAreRefused(_ text: String) {
        #expect(InstanceName(text) == nil)
    }

    @Test func webComesFirst() throws {
        let types = try ["worker", "web", "api"].map { try ProcessType($0) }
        #expect(types.sorted().map(\.description) == ["web", "api", "worker"])
    }

    @Test func deploymentIDsKeepLettersAndDigits() throws {
        #expect(try DeploymentID("AB-12_c!").description == "ab12c")
        #expect(throws: AdapterError.self) { try DeploymentID("--") }
    }
}

struct ImageReferenceTests {
    static let digest = "sha256:" + String(repeating: "0a", count: 32)

    @Test(
        arguments: [
            ("web", nil, "web", nil, nil), ("web:1", nil, "web", "1", nil),
            ("dokku/shop:latest", nil, "dokku/shop", "latest", nil),
            ("registry.example.com/a/b", "registry.example.com", "a/b", nil, nil),
            ("localhost:5000/shop:2", "localhost:5000", "shop", "2", nil),
            ("shop@" + digest, nil, "shop", nil, digest),
        ] as [(String, String?, String, String?, String?)])
    func parts(_ text: String, _ registry: String?, _ repository: String, _ tag: String?, _ digest: String?) throws {
        let reference = try ImageReference(text)
        #expect(reference.registry == registry)
        #expect(reference.repository == repository)
        #expect(reference.tag == tag)
        #expect(reference.digest == digest)
        #expect(reference.description == text)
    }

    @Test(arguments: ["", ":1", "Shop", "a//b", "shop:", "shop:-x", "shop@sha256:12", "a b", "registry.example.com/"])
    func otherTextsAreRefused(_ text: String) {
        #expect(throws: AdapterError.self) { try ImageReference(text) }
    }
}

struct SmallModelTests {
    @Test func restartPolicies() {
        #expect(RestartPolicy("on-failure:3")?.limit == 3)
        #expect(RestartPolicy("always")?.description == "always")
        #expect(RestartPolicy("on-failure:10")?.description == "on-failure:10")
        for text in ["", "sometimes", "always:3", "on-failure:x", "on-failure:-1"] {
            #expect(RestartPolicy(text) == nil)
        }
    }

    @Test func portMaps() {
        #expect(PortMap("http:80:5000")?.containerPort == 5_000)
        #expect(PortMap("80:5000")?.scheme == "http")
        for text in ["", "80", "http:0:1", "http:80:70000", "HTTP:80:80", "http:a:b"] { #expect(PortMap(text) == nil) }
    }

    @Test func mounts() throws {
        #expect(try Mount("/a:/b:ro").description == "/a:/b:ro")
        #expect(try Mount("volume:/b").source == "volume")
        for text in ["/a", "/a:b", ":/b", "a/b:/c", "x:/c"] { #expect(throws: AdapterError.self) { try Mount(text) } }
    }

    @Test func statusTellsAllNoneOrSome() throws {
        let web = InstanceName(.web, 1)
        func state(_ isRunning: Bool) -> InstanceState {
            InstanceState(name: web, id: "x", state: isRunning ? "running" : "exited", isRunning: isRunning)
        }
        #expect(AppStatus(states: []).running == .no)
        #expect(AppStatus(states: [state(true)]).running == .yes)
        #expect(AppStatus(states: [state(false)]).running == .no)
        #expect(AppStatus(states: [state(true), state(false)]).running == .mixed)
    }
}
