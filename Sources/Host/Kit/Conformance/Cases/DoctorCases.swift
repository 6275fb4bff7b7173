import AdapterKit

extension Suite {
    /// A look at the backend, without touching it.
    static let doctor: [ConformanceCase] = [
        ConformanceCase(
            "doctor.well", "A backend that lets us do what we need is found well, by what was looked at.", .core,
            needs: [.doctor]
        ) { stage in
            let found = try await stage.examine(stage.app())
            try expect(!found.findings.isEmpty, "nothing was looked at")
            try expect(found.isGood, "it is found ill: \(found.ills)")
        },
        ConformanceCase("doctor.without-an-app", "The backend can be looked at without an app.", needs: [.doctor]) {
            stage in
            let found = try await stage.examine(nil)
            try expect(found.isGood, "it is found ill: \(found.ills)")
        },
        ConformanceCase("doctor.changes-nothing", "A look at the backend leaves it as it is.", .core, needs: [.doctor])
        {
            stage in
            let app = try stage.app()
            try await stage.deploy(stage.release(app))
            let before = try await stage.backend.objects { _ in true }
            _ = try await stage.examine(app)
            try expect(try await stage.backend.objects { _ in true }, is: before, "what is at the backend")
        },
        ConformanceCase(
            "doctor.findings-are-sentences", "A finding has a subject and says something, in one line.",
            needs: [.doctor]
        ) { stage in
            for finding in try await stage.examine(stage.app()).findings {
                try expect(!finding.subject.isEmpty, "'\(finding.text)' is about nothing")
                try expect(finding.text.count > 3, "\(finding.subject): '\(finding.text)' says too little")
                try expect(!finding.text.contains(where: \.isNewline), "\(finding.subject) has several lines")
            }
        },
        ConformanceCase(
            "doctor.names-missing-rights", "Where rights are missing, it says which, and what would do.", .core,
            needs: [.doctor], fault: .forbidden
        ) { stage in
            let found = try await stage.examine(stage.app())
            try expect(!found.isGood, "it is found well")
            let right = Fault.forbidden.word(at: stage.subject.backend) ?? ""
            try expect(found.ills.contains(right), "'\(found.ills)' does not name \(right)")
            try expect(found.rights.contains(right), "the rights that would do do not name \(right)")
        },
        ConformanceCase(
            "doctor.unreachable", "A backend that cannot be reached is a finding, not an error.", .core,
            needs: [.doctor], fault: .tls
        ) { stage in
            let found = try await stage.examine(stage.app())
            try expect(!found.isGood, "it is found well")
        },
    ]
}

extension Stage {
    fileprivate func examine(_ app: AppName?) async throws -> Examination {
        let console = RecordingConsole()
        defer { saw(console) }
        let found = try await role((any Examining).self).examine(app.map { known($0) }, console: console)
        saw(found.findings.map { "\($0.subject): \($0.text)" }.joined(separator: "\n") + "\n" + found.rights)
        return found
    }
}

extension Examination {
    /// What is bad, as a person reads it.
    fileprivate var ills: String {
        findings.filter { $0.verdict == .bad }.map { "\($0.subject): \($0.text)" }.joined(separator: "; ")
    }
}
