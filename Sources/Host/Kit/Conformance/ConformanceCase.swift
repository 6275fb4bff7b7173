import AdapterKit

/// One promise that a scheduler adapter keeps, and how to see whether it does.
///
/// A case knows no backend: it speaks of apps, instances, exit statuses and lines.
public struct ConformanceCase: Sendable, Identifiable {
    /// How much an adapter needs a case.
    public enum Level: String, Sendable, Codable, CaseIterable, Comparable {
        /// Every adapter. One that is skipped makes the result not conformant.
        case core
        /// What people use every day.
        case standard
        /// What some use.
        case extended
        /// The backend or the network misbehaves.
        case resilience

        /// From ``core`` on.
        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What an adapter must claim for a case to be about it.
    public enum Need: String, Sendable, Codable, CaseIterable, Comparable {
        /// It runs something at all: its manifest's `images` is not `none`.
        case workloads
        /// ``Capability/run``
        case run
        /// ``Capability/enter``
        case enter
        /// ``Capability/retire``
        case retire
        /// ``Capability/inspect``
        case inspect
        /// ``Capability/plan``
        case plan
        /// ``Capability/cron``
        case cron
        /// ``Capability/storage``
        case storage
        /// ``Capability/doctor``
        case doctor
        /// ``Capability/diff``
        case diff
        /// ``Capability/nodes``
        case nodes
        /// ``Capability/lock``
        case lock
        /// ``Capability/check``
        case check

        /// By name.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        /// The role it is about; `nil` for ``workloads``.
        public var capability: Capability? { Capability(rawValue: rawValue) }

        /// Whether people miss something where an adapter does not claim it. Cron, storage and comparisons are the
        /// host's where the scheduler leaves them to it, a backend next door needs no doctor, is no other platform, and
        /// has no second host, and one that never stops checking has nothing to check again.
        public var isMissed: Bool { ![.cron, .storage, .doctor, .diff, .nodes, .lock, .check].contains(self) }

        /// Whether an adapter with this manifest claims it.
        public func isClaimed(by manifest: Manifest) -> Bool {
            guard let capability else { return manifest.images != .none }
            return manifest.capabilities.contains(capability)
        }
    }

    /// `chapter.words`. Never changes its meaning and is never given to another case.
    public let id: String
    /// One sentence.
    public let promise: String
    /// How much an adapter needs it.
    public let level: Level
    /// What it is about; an adapter that does not claim all of it must refuse properly instead.
    public let needs: Set<Need>
    /// The fault that the backend has meanwhile.
    package let fault: Fault?
    package let check: @Sendable (Stage) async throws -> Void

    package init(
        _ id: String, _ promise: String, _ level: Level = .standard, needs: Set<Need> = [.workloads],
        fault: Fault? = nil, _ check: @escaping @Sendable (Stage) async throws -> Void
    ) {
        self.id = id
        self.promise = promise
        self.level = level
        self.needs = needs
        self.fault = fault
        self.check = check
    }

    /// The part of the id in front of the first point.
    public var chapter: String { String(id.prefix { $0 != "." }) }
}

extension ConformanceCase: CustomStringConvertible {
    /// The id: what a test's argument is called.
    public var description: String { id }
}

/// The promise was not kept. Thrown by ``expect(_:_:)``.
package struct Broken: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Throws ``Broken`` with `sentence` unless `condition` holds.
package func expect(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw Broken(sentence()) }
}

/// Throws ``Broken`` unless both are equal.
package func expect<Value: Equatable>(_ value: Value, is wanted: Value, _ what: String) throws {
    if value != wanted { throw Broken("\(what) should be \(shown(wanted)) and is \(shown(value))") }
}

private func shown<Value>(_ value: Value) -> String {
    switch value {
    case let status as ExitStatus: return String(status.rawValue)
    case let text as String: return "'\(text.count > 300 ? text.prefix(300) + "…" : text)'"
    default:
        let text = "\(value)"
        return text.count > 300 ? text.prefix(300) + "…" : text
    }
}
