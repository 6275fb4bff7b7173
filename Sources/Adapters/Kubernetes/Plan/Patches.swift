import AdapterKit
import JSONDocument
import YAMLDocument

/// The user's own changes to an app's objects, applied after everything else, in the order of their files.
struct Patches: Sendable, Equatable {
    private let patches: [Patch]

    /// No changes.
    static let none = Patches([])

    init(_ patches: [Patch]) {
        self.patches = patches
    }

    /// Reads all documents of `files`, each YAML or JSON.
    /// - Throws: ``AdapterError`` that names the file and the line.
    init(files: [(path: String, bytes: [UInt8])]) throws {
        var patches: [Patch] = []
        for (path, bytes) in files {
            let documents: [YAMLDocument.Placed]
            do {
                documents = try YAMLDocument.placed(in: bytes)
            } catch let problem as YAMLProblem {
                throw AdapterError(
                    .invalidInput, "\(path), line \(problem.line): \(problem.text)",
                    details: ["a patch is a document in YAML or JSON"])
            }
            for document in documents where document.value != .null {
                patches.append(try Patch(document.value, place: "\(path), line \(document.line)"))
            }
        }
        self.patches = patches
    }

    /// The object with all changes that are meant for it.
    /// - Parameters:
    ///   - process: the process type that it belongs to.
    ///   - used: takes the numbers of the patches that fit.
    /// - Throws: ``AdapterError`` for a change that does not fit, or that we could not find the object again after.
    func patched(_ object: KubernetesObject, of process: ProcessType?, app: AppName, used: inout Set<Int>) throws
        -> KubernetesObject
    {
        var object = object
        let names = PatchTarget.names(of: object, process, app)
        for (index, patch) in patches.enumerated() where patch.target.isMeant(object.kind, names) {
            object = try patch.applied(to: object, process)
            used.insert(index)
        }
        return object
    }

    /// What is to be said of patches that no object has used.
    func warnings(used: Set<Int>) -> [String] {
        patches.enumerated().filter { !used.contains($0.offset) }.map { _, patch in
            "\(patch.place): the patch changes nothing: the app has no \(patch.target.title)"
        }
    }
}

/// Which objects a patch is for.
struct PatchTarget: Sendable, Equatable {
    let kind: String
    /// The API group; `nil` for any. Versions differ by server and do not count.
    let group: String?
    /// `nil` for all objects of the kind.
    let name: String?

    /// `Deployment web`
    var title: String { name.map { "\(kind) '\($0)'" } ?? kind }

    func isMeant(_ kind: ResourceKind, _ names: Set<String>) -> Bool {
        guard kind.kind == self.kind, group.map({ $0 == kind.group }) ?? true else { return false }
        return name.map(names.contains) ?? true
    }

    /// What an object may be called in a patch: its process type, and its name without what names the release.
    static func names(of object: KubernetesObject, _ process: ProcessType?, _ app: AppName) -> Set<String> {
        let names = Names(app: app)
        var all: Set<String> = []
        if let process {
            all = [process.description, names.workload(process, nil)]
            if object.labels[Label.release] != nil { return all.union([names.service(process)]) }
        }
        all.insert(object.name)
        let endsWithMark = [ResourceKind.secret.kind, "CronJob"].contains(object.kind.kind)
        if endsWithMark, let cut = object.name.lastIndex(of: "-") { all.insert(String(object.name[..<cut])) }
        return all
    }
}
