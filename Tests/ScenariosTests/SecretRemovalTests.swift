import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Scenarios

struct SecretRemovalTests {
    private func cleaned(_ document: JSONValue, secrets: [String: String] = [:]) throws -> JSONValue {
        let exchange = Exchange(
            step: "", request: RequestRecord("GET", "/"), response: ResponseRecord(200, body: .json(document)))
        return try #require(SecretRemoval(.kubernetes, secrets).cleaned([exchange])[0].response.body.json)
    }

    @Test func aSecretsValuesStayBase64() throws {
        let secret: JSONValue = ["kind": "Secret", "data": ["KEY": "aHVzaA=="], "stringData": ["OTHER": "hush"]]
        let clean = try cleaned(secret)
        let value = try #require(clean["data"]?["KEY"]?.text.flatMap { Base64.decode($0) })
        #expect(String(decoding: value, as: UTF8.self) == "‹secret:KEY›")
        #expect(clean["stringData"]?["OTHER"] == "‹secret:OTHER›")
    }

    @Test func secretsInListsAreFound() throws {
        let list: JSONValue = ["kind": "SecretList", "items": [["data": ["KEY": "aHVzaA=="]]]]
        #expect(try !cleaned(list).compact.contains("aHVzaA=="))
    }

    @Test func knownSecretsAreFoundInEveryForm() throws {
        let document: JSONValue = ["a": "it is s3cret!", "b": .string(Base64.encode(Array("s3cret".utf8)))]
        let clean = try cleaned(document, secrets: ["s3cret": "password"])
        #expect(clean["a"] == "it is ‹secret:password›!")
        #expect(clean["b"] == .string(Base64.encode(Array("‹secret:password›".utf8))))
    }

    @Test func anAuthorizationKeepsItsScheme() {
        let exchange = Exchange(
            step: "", request: RequestRecord("GET", "/", headers: [HTTPField("Authorization", "Bearer abc")]),
            response: ResponseRecord(200))
        let header = SecretRemoval(.kubernetes, [:]).cleaned([exchange])[0].request.headers[0]
        #expect(header.value == "Bearer ‹secret:authorization›")
    }

    @Test(arguments: ["kubernetes/1.20.2", "registry/2.8"])
    func noRecordingHoldsOne(folder: String) throws {
        for name in try Fixtures.names(folder, ending: ".har") {
            let text = try Fixtures.text("\(folder)/\(name).har")
            // The passwords of the servers that were recorded, tokens that Kubernetes signs, keys.
            for word in ["s3cret", "czNjcmV0", "eyJhbGciOi", "PRIVATE KEY", "postgres://kit", "cG9zdGdyZXM6Ly9raXQ"] {
                #expect(!text.contains(word), "\(name): \(word)")
            }
        }
    }
}
