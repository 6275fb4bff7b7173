import AdapterKit
import SchedulerHost

/// Finds what a person wants checked.
public enum Subjects {
    /// The subjects that `name` stands for: a built-in adapter, in this process and as a program; or what lies at a
    /// path, a Dokku plugin's folder among them.
    /// - Parameters:
    ///   - scheduler: the name that a Dokku plugin's triggers answer to, where its folder does not tell.
    ///   - backend: which API it speaks, where that cannot be guessed.
    /// - Throws: ``AdapterError`` that lists what there is.
    public static func named(
        _ name: String, scheduler: String? = nil, backend: BackendKind? = nil
    ) async throws -> [Subject] {
        if name.contains("/") {
            if PluginFolder.isOne(name) {
                return [try await .dokkuPlugin(at: name, scheduler: scheduler, backend: backend)]
            }
            return [try await .program(at: name, backend: backend)]
        }
        let plugin = try Catalog.builtIn.plugin(for: name)
        var subjects = [Subject(plugin)]
        if let program = KitProgram.path {
            subjects.append(
                try await .program([program, "adapter", name], backend: subjects[0].backend))
        }
        for index in subjects.indices { subjects[index].isRecorded = true }
        return subjects
    }
}
