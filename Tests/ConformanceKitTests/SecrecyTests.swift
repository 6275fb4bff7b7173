import Conformance
import Foundation
import TestSupport
import Testing

/// No fixture holds a secret, whoever made it.
struct SecrecyTests {
    private static let files: [String] = {
        let all = FileManager.default.enumerator(atPath: Fixtures.folder + "/fixtures")?.allObjects as? [String] ?? []
        return all.filter { $0.hasSuffix(".har") || $0.hasSuffix(".json") }.sorted()
    }()

    @Test func noFixtureHoldsASecret() throws {
        #expect(Self.files.count > 200)
        for file in Self.files {
            let suspicion = CanaryGate.suspicion(in: try Fixtures.text(file))
            // Deployments and scenarios are inputs, written by hand; nothing in them was ever anybody's.
            if file.hasPrefix("apps/") || file.hasPrefix("plans/") || file.hasPrefix("scenarios/") { continue }
            #expect(suspicion == nil, "\(file) holds \(suspicion ?? "")")
        }
    }

    /// The gate itself: each form in which a value may travel.
    @Test(arguments: ["c4naryvalue12345", "geheim-für-alle-9"])
    func everyEncodingIsFound(value: String) throws {
        let secrets = Secrets(values: ["TOKEN": value])
        let bytes = Data(value.utf8)
        let texts = [
            value, "x" + value + "y", bytes.base64EncodedString(), Data(("a" + value).utf8).base64EncodedString(),
            Data(("ab" + value + "c").utf8).base64EncodedString(), bytes.map { String(format: "%02x", $0) }.joined(),
            bytes.map { String(format: "%%%02X", $0) }.joined(), String(value.reversed()),
        ]
        for text in texts { #expect(CanaryGate.leak(of: secrets, in: text) != nil, "\(text)") }
        #expect(CanaryGate.leak(of: secrets, in: "nothing of the kind") == nil)
    }

    @Test func passwordsInAddressesAreFound() {
        #expect(CanaryGate.suspicion(in: #"{"url":"postgres://u:hunter22@db/x"}"#) != nil)
        #expect(CanaryGate.suspicion(in: #"{"url":"postgres://u:‹secret:PW›@db/x"}"#) == nil)
        #expect(CanaryGate.suspicion(in: #"{"url":"http://backend/containers/json"}"#) == nil)
    }
}
