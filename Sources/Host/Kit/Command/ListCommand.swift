import ArgumentParser
import Conformance

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the cases: id, level, what it needs, promise.")

    @Argument(help: "Only cases whose ids fit, with * for anything.")
    var patterns: [String] = []

    @Option(help: "Only cases of this level: core, standard, extended or resilience.")
    var level: ConformanceCase.Level?

    func run() throws {
        let cases = Suite.cases(matching: patterns).filter { level == nil || $0.level == level }
        let width = cases.map(\.id.count).max() ?? 0
        for tested in cases {
            let id = tested.id + String(repeating: " ", count: width - tested.id.count)
            let needs = tested.needs.sorted().map(\.rawValue).joined(separator: ",")
            print("\(id)  \(tested.level.rawValue)  [\(needs)]  \(tested.promise)")
        }
        print("\(cases.count) cases")
    }
}

extension ConformanceCase.Level: ExpressibleByArgument {}
