import Conformance
import TestSupport
import Testing

@testable import Kubernetes

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:30:15Z", 951_827_415), ("2021-03-04T05:06:07.891Z", 1_614_834_367),
        ("2018-03-05T17:30:20-08:00", 1_520_299_820), ("2024-12-31t23:59:60+01:00", 1_735_686_000),
    ])
    func moments(_ text: String, _ seconds: Int) { #expect(Timestamp.seconds(text) == seconds) }

    @Test(arguments: ["", "2021-03-04", "2021-13-04T05:06:07Z", "2021-03-04T05:06:07", "2021-03-04T05:06:07+1", "x"])
    func noMoments(_ text: String) { #expect(Timestamp.seconds(text) == nil) }

    @Test(arguments: [0, 951_827_415, 1_735_689_599, 1_735_689_600, 4_102_444_799])
    func textAndBack(_ seconds: Int) {
        let text = Timestamp.text(seconds).replacing(" UTC", with: "Z").replacing(" ", with: "T")
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test func certificates() async throws {
        let scratch = try Scratch()
        let authority = try await ThrowawayAuthority.make(in: scratch.path)
        let facts = try #require(CertificateFacts(pem: authority.bytes("cert.pem")))
        #expect(facts.name == "client")
        let end = try await Tool.run(
            "openssl", "x509", "-in", scratch.path + "/cert.pem", "-noout", "-checkend", "172700")
        #expect(end.status == 0)
        let printed = try await Tool.run(
            "openssl", "x509", "-in", scratch.path + "/cert.pem", "-noout", "-enddate", "-dateopt", "iso_8601")
        #expect(printed.output == "notAfter=" + Timestamp.text(facts.expires).replacing(" UTC", with: "Z") + "\n")
        #expect(CertificateFacts(pem: Array("no".utf8)) == nil)
        let cut = Array(try authority.bytes("cert.pem").prefix(200)) + Array("\n-----END CERTIFICATE-----\n".utf8)
        #expect(CertificateFacts(pem: cut) == nil)
    }
}
