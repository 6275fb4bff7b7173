import Foundation
import TestSupport
import Testing

/// A password is searched for in every byte that the program writes.
@Suite(.enabled(if: LiveRegistry.isAvailable), .serialized)
struct LiveSecrecyTests {
    /// The forms in which a password may leave, at each of base64's three offsets.
    private static let forms: [String] = {
        let password = LiveRegistry.password
        let encoded = ["", "x", "xx"].map { pad -> String in
            let text = Data((pad + password).utf8).base64EncodedString()
            return String(text.dropFirst(pad.isEmpty ? 0 : 4).dropLast(4))
        }
        let url = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? password
        return [password, url] + encoded + encoded.map { $0.replacingOccurrences(of: "/", with: "_") }
    }()

    private func finds(_ bytes: Data) -> [String] { Self.forms.filter { bytes.range(of: Data($0.utf8)) != nil } }

    @Test func theCanaryIsFoundInTheLoginFileAlone() async throws {
        try await LiveStage.with(asksForLogin: true) { stage in
            var results: [RunResult] = []
            let image = try await stage.makeImage("1")
            results.append(try await stage.login())
            #expect(results.last?.status == 0 && results.last?.error == " !     Login Succeeded for shop\n")
            results.append(try await stage.push(image, verbose: true))
            #expect(results.last?.status == 0, "\(results.last?.error ?? "")")
            results.append(try await stage.push(image, verbose: true))
            results.append(try await stage.binary.run("--verbose", "registry:report", "shop", "--format", "json"))
            try stage.binary.project.write("web: sleep 1000", to: "Procfile")
            try await stage.binary.run("scheduler:set", "shop", "selected", "kubernetes")
            results.append(
                try await stage.binary.run(
                    "--verbose", "deploy", "shop", "--image", image, "--project", stage.binary.project.path))
            results.append(try await stage.binary.run("--verbose", "registry:prune", "shop"))
            stage.registry.kill()
            results.append(try await stage.push(try await stage.makeImage("2"), verbose: true))
            #expect(results.last?.status == 1)
            for result in results {
                #expect(finds(Data(result.output.utf8)).isEmpty && finds(Data(result.error.utf8)).isEmpty)
            }

            var holders: [String] = []
            for root in [stage.binary.home.path, stage.binary.project.path] {
                for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
                    guard let bytes = FileManager.default.contents(atPath: root + "/" + name) else { continue }
                    if !finds(bytes).isEmpty { holders.append(name) }
                }
            }
            #expect(holders == ["lib/config/registry/shop/config.json"], "and the search can find it")
            let file = stage.binary.home.path + "/lib/config/registry/shop/config.json"
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

            #expect(try await stage.binary.run("registry:logout", "shop", stage.registry.address).status == 0)
            #expect(finds(FileManager.default.contents(atPath: file) ?? Data()).isEmpty)
        }
    }
}
