import APIClient
import AdapterKit
import Conformance
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Nomad

/// Where the servers are and who we are there.
@Suite(.timeLimit(.minutes(2)))
struct AddressTests {
    private func address(_ settings: [String: String] = [:], _ variables: [String: String] = [:]) throws
        -> NomadAddress
    {
        let context = AccessStage.context(settings, variables)
        return try NomadAddress(try AccessSettings(context.settings), context)
    }

    private func refusal(_ settings: [String: String] = [:], _ variables: [String: String] = [:]) -> String {
        do {
            _ = try address(settings, variables)
            return "nothing"
        } catch {
            return (error as? AdapterError)?.code == .invalidSettings ? "\(error)" : "something else: \(error)"
        }
    }

    @Test func settingsGoBeforeVariables() throws {
        let variables = [
            "NOMAD_ADDR": "http://a:4646/", "NOMAD_TOKEN": "from-a-variable", "NOMAD_REGION": "eu",
            "NOMAD_NAMESPACE": "blue",
        ]
        let found = try address([:], variables)
        #expect(found.endpoint.address == .url("http://a:4646"))
        #expect(found.endpoint.headers == [HTTPHeader("X-Nomad-Token", "from-a-variable")])
        #expect(found.region == "eu" && found.namespace == "blue")
        let set = try address(
            ["address": "https://b", "token": "set", "region": "us", "namespace": "red", "skip-verify": "true"],
            variables.merging(["NOMAD_SKIP_VERIFY": "false"]) { $1 })
        #expect(set.endpoint.address == .url("https://b") && !set.endpoint.tls.verifiesPeer)
        #expect(set.endpoint.headers == [HTTPHeader("X-Nomad-Token", "set")])
        #expect(set.region == "us" && set.namespace == "red")
        #expect(try address(["address": "unix:///run/nomad.sock"]).endpoint.address == .unixSocket("/run/nomad.sock"))
        #expect(try address(["address": "http://a"]).namespace == "default")
    }

    @Test func whatCannotBeUsedIsRefused() {
        #expect(refusal().contains("neither the property address nor NOMAD_ADDR is set"))
        for text in ["a:4646", "ftp://a", "http://", "http:///x", "unix://run/x", "http://a b"] {
            #expect(refusal(["address": text]).contains("cannot be used"), "\(text)")
        }
        #expect(refusal(["address": "unix:///" + String(repeating: "x", count: 120)]).contains("longer"))
        #expect(refusal(["address": "http://a", "token": "a\nb"]).contains("line breaks"))
        #expect(!refusal(["address": "ftp://me:canary@a"]).contains("canary"))
        #expect(refusal(["address": "http://a", "namespace": "*"]).contains("one namespace"))
        #expect(refusal(["address": "https://a", "client-cert": "/x"]).contains("no key"))
        #expect(refusal(["address": "https://a", "ca-cert": "/nowhere/ca.pem"]).contains("/nowhere/ca.pem"))
        #expect(refusal(["address": "http://a"], ["NOMAD_SKIP_VERIFY": "maybe"]).contains("NOMAD_SKIP_VERIFY"))
    }

    @Test func eachRequestNamesItsRegionAndNamespace() async throws {
        let stage = try await AccessStage()
        let server = try await AccessStage.connection([
            "address": "http://127.0.0.1:\(stage.port)", "token": "secret", "region": "eu", "namespace": "blue",
        ]).server()
        _ = try await server.send(NomadCalls.leader)
        let request = try #require(await stage.requests.first)
        #expect(request.target == "/v1/status/leader?region=eu&namespace=blue")
        #expect(request.header("X-Nomad-Token") == "secret")
    }

    @Test func anAgentsSocket() async throws {
        let scratch = try Scratch()
        let stage = try await AccessStage(at: .unixSocket(scratch.path + "/nomad.sock"))
        let server = try await AccessStage.connection(["address": "unix://\(scratch.path)/nomad.sock"]).server()
        #expect(try await server.send(NomadCalls.leader) == "a leader")
        #expect(await stage.requests.count == 1)
    }

    @Test func trustInBothDirections() async throws {
        let scratch = try Scratch()
        let authority = try await ThrowawayAuthority.make(in: scratch.path + "/tls")
        var identity = try authority.identity()
        identity.clientAuthority = try authority.bytes("ca.pem")
        let stage = try await AccessStage(tls: identity)
        let folder = scratch.path + "/tls"
        func leader(_ settings: [String: String], _ variables: [String: String] = [:]) async throws -> String {
            let all = settings.merging(["address": "https://localhost:\(stage.port)"]) { $1 }
            return try await NomadTrouble.translating("reach Nomad") {
                try await AccessStage.connection(all, variables).server().send(NomadCalls.leader)
            }
        }
        let ours = ["client-cert": folder + "/cert.pem", "client-key": folder + "/key.pem"]
        #expect(try await leader(ours.merging(["ca-cert": folder + "/ca.pem"]) { $1 }) == "a leader")
        try FileManager.default.createDirectory(atPath: scratch.path + "/cas", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: folder + "/ca.pem", toPath: scratch.path + "/cas/ca.pem")
        _ = try scratch.write("no certificate", to: "cas/readme")
        #expect(try await leader(ours, ["NOMAD_CAPATH": scratch.path + "/cas/"]) == "a leader")
        #expect(try await leader(ours.merging(["skip-verify": "true"]) { $1 }) == "a leader")
        let untrusted = await #expect(throws: AdapterError.self) { _ = try await leader(ours) }
        #expect(untrusted?.code == .unreachable && untrusted?.hint?.contains("ca-cert") == true)
        let unknown = await #expect(throws: AdapterError.self) {
            _ = try await leader(["ca-cert": folder + "/ca.pem"])
        }
        #expect(unknown?.message.contains("does not take our certificate") == true)
        let named = await #expect(throws: AdapterError.self) {
            _ = try await leader(
                ours.merging(["ca-cert": folder + "/ca.pem", "tls-server-name": "server.global.nomad"]) { $1 })
        }
        #expect(named?.hint?.contains("tls-server-name") == true)
    }
}
