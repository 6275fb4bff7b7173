import AdapterKit
import Conformance
import Foundation
import SchedulerHost
import TestSupport
import Testing

/// Every built-in adapter passes every case, in this process and as a program, offline: against recordings of real
/// servers where there are some, against state machines for the rest.
struct BuiltInTests {
    @Test(arguments: Catalog.builtIn.schedulers)
    func conforms(_ name: String) async throws {
        let options = CheckOptions(fixtures: Fixtures.folder + "/fixtures")
        let subjects = try await Subjects.named(name)
        #expect(subjects.map(\.form) == [.inProcess, .program], "the program linkspan-conformance was not found")
        // What a program adds is the protocol between it and us, which neither a newer server nor a fault behind it changes.
        let checks = subjects.flatMap { subject -> [(subject: Subject, cases: [ConformanceCase])] in
            subject.form == .inProcess || subject.backend.faces.isEmpty
                ? subject.onEachFace.map { ($0, Suite.all) }
                : [(subject.onEachFace[0], Suite.all.filter { $0.level < .resilience })]
        }
        // Two at a time: one alone waits for half of its time.
        try await withThrowingTaskGroup { tasks in
            var waiting = checks.makeIterator()
            for _ in 0..<2 {
                if let (subject, cases) = waiting.next() { tasks.addTask { try await check(subject, cases, options) } }
            }
            while try await tasks.next() != nil {
                if let (subject, cases) = waiting.next() { tasks.addTask { try await check(subject, cases, options) } }
            }
        }
    }

    private func check(_ subject: Subject, _ cases: [ConformanceCase], _ options: CheckOptions) async throws {
        let runner = try await options.check(subject).runner
        for outcome in await runner.outcomes(of: cases) where !outcome.isFine {
            let face = subject.face.map { ", \($0)" } ?? ""
            let told = "\(subject.name), \(subject.form.rawValue)\(face): \(outcome.id): \(outcome.reason)"
            // Time runs fifty times faster here: a machine that is busy for a second gets one more try, alone, and
            // says so.
            guard let tested = Suite.all.first(where: { $0.id == outcome.id }),
                await runner.outcome(of: tested).isFine
            else {
                Issue.record("\(told)")
                continue
            }
            FileHandle.standardError.write(Data("passed at the second try: \(told)\n".utf8))
        }
    }

    /// The suite is as large as it says, and no id is given twice.
    @Test func suite() {
        let ids = Suite.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.count >= 120)
        for tested in Suite.all {
            #expect(tested.promise.hasSuffix("."), "\(tested.id): a promise is a sentence")
            #expect(tested.id.contains("."), "\(tested.id) has no chapter")
        }
    }
}
