import AdapterKit
import FoundationEssentials

/// What a release is besides its instances, as it is kept for scaling, restarting and one-off tasks.
package struct KeptRelease: Codable, Sendable, Equatable {
    /// Where its image is.
    package var image: ImageReference
    /// What the person scaled to.
    package var formation: [String: Int]
    /// The project's files by name, as they were read.
    package var files: [String: Data]
    /// Which scheduler runs it.
    package var scheduler: String
    /// The project's folder, which the next deploy reads again; `nil` when it was not read from one.
    package var folder: String?
    /// Where the scheduler runs it; `nil` when that has but one place.
    package var place: Place?
    /// Where the app lived before, as far as something may be left there.
    package var leaving: [Leaving]?
    /// The tag that Dokku called us with; `nil` without a Dokku.
    package var tag: String?
    /// Its number in the ledger (``Release``).
    package var number: Int?

    package init(
        image: ImageReference, formation: Formation, project: ProjectFiles, scheduler: String, folder: String? = nil,
        place: Place? = nil, leaving: [Leaving]? = nil, tag: String? = nil, number: Int? = nil
    ) {
        self.number = number
        self.tag = tag
        self.place = place
        self.leaving = leaving
        self.image = image
        self.folder = folder
        // A type that is gone from the Procfile has been scaled away with this release.
        let quantities = formation.quantities.filter { type, _ in
            project.procfile?.commands[type] != nil || project.procfile == nil
        }
        self.formation = Dictionary(uniqueKeysWithValues: quantities.map { ($0.key.description, $0.value) })
        files = Dictionary(uniqueKeysWithValues: project.originals.map { ($0.key.rawValue, Data($0.value)) })
        self.scheduler = scheduler
    }
}
