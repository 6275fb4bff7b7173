import Testing

@testable import Fakes

struct WorkloadTests {
    @Test func wordsOfAShellLine() {
        #expect(Workload.shellWords("kit print 'a b' \"$X\" ${X}c", ["X": "1"]) == ["kit", "print", "a b", "1", "1c"])
    }

    @Test(arguments: [
        (["kit", "exit", "43"], 43), (["sh", "-c", "kit exit 3"], 3), (["/bin/sh", "-c", "exec kit exit 9"], 9),
        (["true"], 0), (["kit", "nonsense"], 64),
    ])
    func exitStatuses(words: [String], status: Int) async {
        guard case .runs(let workload) = Workload.start(words) else {
            Issue.record("\(words) could not be started")
            return
        }
        let surroundings = Workload.Surroundings(environment: [:], pause: { _ in })
        #expect(await workload.run(in: surroundings) == Int32(status))
    }
}
