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

    package init(image: ImageReference, formation: Formation, project: ProjectFiles, scheduler: String) {
        self.image = image
        // A type that is gone from the Procfile has been scaled away with this release.
        let quantities = formation.quantities.filter { type, _ in
            project.procfile?.commands[type] != nil || project.procfile == nil
        }
        self.formation = Dictionary(uniqueKeysWithValues: quantities.map { ($0.key.description, $0.value) })
        files = Dictionary(uniqueKeysWithValues: project.originals.map { ($0.key.rawValue, Data($0.value)) })
        self.scheduler = scheduler
    }
}

/// The moment at which one release takes over from another.
///
/// It is written down as a whole before anything changes, and the new content of every file lies ready beside it. A
/// switch that was interrupted is finished by whoever comes next, so it happens whole or not at all.
package struct Switch: Sendable {
    /// What is written down.
    package struct Record: Codable, Sendable, Equatable {
        package var rollout: Rollout
        package var before: [Instance]
        package var release: KeptRelease

        package init(rollout: Rollout, before: [Instance], release: KeptRelease) {
            self.rollout = rollout
            self.before = before
            self.release = release
        }
    }

    package let record: Record
    private let state: LocalState
    private let instances: FileBatch
    private let release: FileBatch
    private let restoring: FileBatch

    /// Writes `record` down and lays everything ready.
    /// - Throws: ``AdapterError``; nothing has changed then.
    package static func begin(_ record: Record, _ state: LocalState) throws -> Switch {
        let files = try lay(record, state)
        do {
            try state.write(record)
        } catch {
            for batch in files { batch.abandon() }
            throw error
        }
        return Switch(record: record, state: state, files: files)
    }

    /// The switch of `app` that was interrupted, if there is one, laid ready again.
    package static func interrupted(_ state: LocalState) throws -> Switch? {
        guard let record = try state.record() else { return nil }
        return Switch(record: record, state: state, files: try lay(record, state))
    }

    private static func lay(_ record: Record, _ state: LocalState) throws -> [FileBatch] {
        var laid: [FileBatch] = []
        do {
            laid.append(try FileBatch.prepare(state.changes(to: record.rollout.instances)))
            laid.append(try FileBatch.prepare(state.changes(to: record.release)))
            laid.append(try FileBatch.prepare(state.changes(to: record.before, from: record.rollout.instances)))
        } catch {
            for batch in laid { batch.abandon() }
            throw error
        }
        return laid
    }

    private init(record: Record, state: LocalState, files: [FileBatch]) {
        self.record = record
        self.state = state
        (instances, release, restoring) = (files[0], files[1], files[2])
    }

    /// The new instances are the ones that other plugins see.
    package func commitInstances() throws { try instances.commit() }

    /// The release is kept and the switch is over.
    package func finish() throws {
        try release.commit()
        restoring.abandon()
        try state.forgetRecord()
    }

    /// Everything is as it was before.
    package func takeBack() throws {
        try state.forgetRecord()
        instances.abandon()
        release.abandon()
        try restoring.commit()
    }
}
