import ProcessStreams
import AdapterKit
import DokkuIO
import Glibc

/// What a failure says, and the exit status it becomes.
package enum ExitMapping {
    package static let failed: Int32 = 1
    /// A deploy failed and has been taken back: the release before serves.
    package static let takenBack: Int32 = 3
    package static let unsupported: Int32 = 10
    package static let appMissing: Int32 = 20

    /// - Parameter isDokku: whether Dokku called, to whom a failure is 1, and 10 somebody else's business.
    package static func status(of error: any Error, signal: Int32?, isDokku: Bool = false) -> Int32 {
        if let signal { return 128 + signal }
        if isDokku, error is AdapterError { return failed }
        switch error {
        case is AppMissing: return appMissing
        case let error as AdapterError where error.code == .unsupported: return unsupported
        case let error as AdapterError where error.releaseBeforeServes: return takenBack
        case is OutputClosed: return 128 + SIGPIPE
        default: return failed
        }
    }

    /// The lines that tell a person of `error`, without Dokku's ` !     `.
    package static func lines(for error: any Error, signal: Int32?, isDokku: Bool = false) -> [String] {
        if let signal {
            return lines(for: error, signal: nil, isDokku: isDokku) + ["cancelled by signal \(signal)"]
        }
        switch error {
        case let missing as AppMissing: return [missing.message]
        case let error as AdapterError:
            let hint = error.hint.map { ["try: " + command($0, isDokku)] } ?? []
            // Typed as it stands, ours would change our own state where a Dokku keeps it.
            let details =
                isDokku
                ? error.details.map { $0.replacing("linkspan registry:", with: "dokku registry:") } : error.details
            return [error.message] + details + hint
        case is OutputClosed, is CancellationError: return []
        default: return ["\(error)"]
        }
    }

    /// A hint that begins with a command of ours gets the program's name in front.
    private static func command(_ hint: String, _ isDokku: Bool) -> String {
        let first = hint.prefix { $0 != " " }
        if ["releases", "rollback"].contains(first.prefix { $0 != ":" }) {
            return (isDokku ? "dokku scheduler:" : "linkspan ") + hint
        }
        let isOurs =
            first.contains(":") && first.last != ":" && !first.contains("/")
            || ["logs", "run", "deploy", "enter", "plan", "doctor"].contains(first)
        let isDokkus = isDokku && !["deploy", "plan", "doctor"].contains(first)
        return isOurs ? (isDokkus ? "dokku " : "linkspan ") + hint : hint
    }
}

extension Host {
    /// Says what `error` is about where work goes on all the same.
    /// - Parameter app: named in front where several are worked on.
    func warn(of error: any Error, in app: AppName? = nil) async {
        for line in ExitMapping.lines(for: error, signal: nil, isDokku: layout.isDokku) {
            await console.report(.warning((app.map { "\($0): " } ?? "") + line))
        }
    }
}
