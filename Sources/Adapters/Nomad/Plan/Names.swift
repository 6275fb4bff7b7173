import AdapterKit

/// Names that Nomad takes. What Dokku allows and Nomad does not is mapped, and a mapped name ends with a mark of the
/// original, so that no two originals share one.
enum Name {
    /// What the path of a Variable leaves for a job's id, with room for a periodic job's suffix.
    private static let longestJob = 100
    /// A service's name is a DNS label.
    private static let longestService = 63

    /// The id of an app's job. A Variable that only this job's tasks may read has the job's id in its path, and a path has
    /// no dots.
    static func job(_ app: AppName) -> String { mapped(app.description, to: longestJob, isAllowed: isPath) }

    /// The Variable that the tasks of a job may read, and those of no other job.
    static func variable(_ jobID: String) -> String { "nomad/jobs/" + jobID }

    /// The id of a one-off task's job.
    static func task(_ app: AppName, _ role: Meta.Role, _ number: Int) -> String {
        mapped("\(job(app))-\(role.noun)-\(number)", to: longestJob, isAllowed: isPath)
    }

    /// The id of a periodic job. It stays the same as long as its command and schedule do.
    static func cron(_ app: AppName, _ id: String) -> String { cronPrefix(app) + Fingerprint(id).description.suffix(8) }

    /// What the ids of an app's periodic jobs begin with.
    static func cronPrefix(_ app: AppName) -> String { job(app) + "-cron-" }

    /// What the ids of an app's one-off jobs begin with.
    static func taskPrefix(_ app: AppName) -> String { job(app) + "-run-" }

    /// The id of the job that is an app's lock. No app's name has a colon, and none is mapped to one.
    static func lock(_ app: AppName) -> String { job(app) + ":lock" }

    /// The group and the task of a process type. `alloc` is the one name that Nomad keeps for itself.
    static func group(_ type: ProcessType) -> String {
        type.description == "alloc" ? "alloc-" + mark(type.description) : type.description
    }

    /// The service of a process type.
    static func service(_ app: AppName, _ type: ProcessType) -> String {
        mapped("\(app)-\(type)", to: longestService, isAllowed: isLabel)
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
    }

    private static func isPath(_ byte: UInt8) -> Bool { isLabel(byte) || (65...90).contains(byte) || byte == 95 }

    private static func mark(_ text: String) -> String { String(Fingerprint(text).description.suffix(6)) }

    private static func mapped(_ text: String, to longest: Int, isAllowed: (UInt8) -> Bool) -> String {
        let isFine = text.utf8.count <= longest && text.utf8.allSatisfy(isAllowed) && !text.hasSuffix("-")
        guard !isFine else { return text }
        let plain = text.lowercased().utf8.map { isAllowed($0) ? Character(UnicodeScalar($0)) : "-" }
        var kept = Substring(String(plain.prefix(longest - 7)))
        while kept.hasSuffix("-") { kept.removeLast() }
        return kept + "-" + mark(text)
    }
}
