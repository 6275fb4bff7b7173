import AdapterKit

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
    /// All of the files as they are now.
    private let restoring: FileBatch

    /// Writes `record` down and lays everything ready.
    /// - Throws: ``AdapterError``; nothing has changed then.
    package static func begin(_ record: Record, _ state: LocalState) throws -> Switch {
        let change = try lay(record, state)
        do {
            try state.write(record)
        } catch {
            change.abandon()
            throw error
        }
        return change
    }

    /// The switch that was interrupted, if there is one, laid ready again.
    package static func interrupted(_ state: LocalState) throws -> Switch? {
        try state.record().map { try lay($0, state) }
    }

    private static func lay(_ record: Record, _ state: LocalState) throws -> Switch {
        let instances = try state.changes(to: record.rollout.instances)
        let release = state.changes(to: record.release)
        var laid: [FileBatch] = []
        do {
            for changes in [instances, release, try FileBatch.current(instances + release)] {
                laid.append(try FileBatch.prepare(changes))
            }
        } catch {
            for batch in laid { batch.abandon() }
            throw error
        }
        return Switch(record: record, state: state, instances: laid[0], release: laid[1], restoring: laid[2])
    }

    /// The new instances are the ones that other plugins see.
    package func commitInstances() throws { try instances.commit() }

    /// The release is kept and the switch is over. When this throws, it can still be taken back.
    package func finish() throws {
        try release.commit()
        // A record that stays is of a switch that has happened: finishing it again changes nothing.
        try? state.forgetRecord()
        restoring.abandon()
    }

    /// Everything is as it was before. When this throws, the record stays, and the switch is finished by whoever
    /// comes next: the new instances must then be left alone.
    package func takeBack() throws {
        try restoring.commit()
        try state.forgetRecord()
        instances.abandon()
        release.abandon()
    }

    /// Leaves the files as they are and the record where it is.
    package func abandon() {
        for batch in [instances, release, restoring] { batch.abandon() }
    }
}
