import APIClient
import Testing

struct SecretMaskTests {
    private let mask = SecretMask([
        "API_KEY=hunter22", "MODE=production", "LONG=0123456789abcdef", "PASSWORD=abc", "X=",
    ])

    @Test func valuesOfTellingNamesAndLongOnesGo() {
        #expect(mask.masked("key hunter22, hunter22!") == "key XXXXXX, XXXXXX!")
        #expect(mask.masked("0123456789abcdef") == "XXXXXX")
    }

    @Test func ordinaryWordsStay() {
        #expect(mask.masked("production abc") == "production abc")
    }
}
