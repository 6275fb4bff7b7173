import Testing

@testable import Nomad

struct VersionTests {
    @Test func versionsCompareByTheirNumbers() throws {
        let enterprise = try #require(NomadVersion("1.10.2+ent"))
        #expect(enterprise > NomadVersion(1, 4))
        #expect(NomadVersion("1.4.0-beta.1") == NomadVersion(1, 4))
        #expect(NomadVersion("one") == nil)
    }
}
