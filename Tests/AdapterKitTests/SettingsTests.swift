import AdapterKit
import Testing

struct SettingsTests {
    private let settings = Settings(
        plugin: "scheduler-x", values: ["count": "3", "flag": "true", "bad": "yes", "empty": ""])

    @Test func valuesOfTheRightKind() throws {
        #expect(try settings.number("count", atLeast: 1, default: 1) == 3)
        #expect(try settings.flag("flag", default: false))
        #expect(try settings.number("absent", atLeast: 1, default: 7) == 7)
        #expect(settings.text("empty") == nil)
    }

    @Test func aWrongValueNamesTheCommandThatSetsIt() {
        #expect {
            try settings.flag("bad", default: true)
        } throws: { error in
            guard let error = error as? AdapterError else { return false }
            return error.code == .invalidSettings && error.message.contains("scheduler-x property bad")
                && error.hint?.contains("scheduler-x:set") == true
        }
        #expect(throws: AdapterError.self) { try settings.number("count", atLeast: 4, default: 4) }
    }
}
