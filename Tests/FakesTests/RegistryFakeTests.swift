import TestSupport
import Testing
import Traffic

@testable import Fakes

struct RegistryFakeTests {
    @Test(arguments: ["login", "push", "read", "delete"])
    func answersAsRecorded(name: String) async throws {
        let recording = try Recording(har: Fixtures.bytes("registry/2.8/\(name).har"))
        var calibration = Calibration(RegistryFake(login: .basic(user: "dokku", password: "s3cret")), patience: 1)
        calibration.substitutions = ["‹secret:login›": Base64.encode(Array("dokku:s3cret".utf8))]
        let findings = await calibration.play(recording)
        #expect(findings.filter(\.isBreaking).isEmpty, "\(findings)")
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func digests(text: String, digest: String) {
        #expect(SHA256.digest(of: Array(text.utf8)) == "sha256:" + digest)
    }

    @Test func aTokenIsGivenForALogin() async {
        let fake = RegistryFake(login: .bearer(user: "a", password: "b"))
        guard case .whole(let refused, _) = await fake.answer(ServedRequest("GET", "/v2/x/tags/list")) else {
            Issue.record("no whole answer")
            return
        }
        #expect(refused.status == 401)
        #expect(refused.header("www-authenticate")?.contains("scope=\"repository:x:pull\"") == true)
        let login = HTTPField("Authorization", "Basic " + Base64.encode(Array("a:b".utf8)))
        guard case .whole(let head, let body) = await fake.answer(ServedRequest("GET", "/token", headers: [login]))
        else {
            Issue.record("no whole answer")
            return
        }
        #expect(head.status == 200)
        #expect(String(decoding: body, as: UTF8.self).contains(RegistryLogin.token))
    }
}
