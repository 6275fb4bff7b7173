import ProcessStreams
import AdapterKit
import DokkuIO
import Glibc

/// Words that make no call: status 2, as that of all programs that take options apart.
package struct Misuse: Error, Sendable, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// What a failure says, and the exit status it becomes.
package enum ExitMapping {
    package static let failed: Int32 = 1
    package static let misused: Int32 = 2
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
        case is Misuse: return misused
        case let error as AdapterError where error.code == .unsupported: return unsupported
        case let error as AdapterError where error.releaseBeforeServes: return takenBack
        case is OutputClosed: return 128 + SIGPIPE
        default: return failed
        }
    }

    /// The lines that tell a person of `error`, without Dokku's ` !     `.
    /// - Parameter app: whom the call was about; a hint that speaks of `APP` means it.
    package static func lines(
        for error: any Error, signal: Int32?, isDokku: Bool = false, app: String? = nil
    ) -> [String] {
        if let signal {
            return lines(for: error, signal: nil, isDokku: isDokku, app: app) + ["cancelled by signal \(signal)"]
        }
        switch error {
        case let missing as AppMissing: return [missing.message]
        case let misuse as Misuse: return [misuse.message]
        case let error as AdapterError:
            let told = app.map(error.naming) ?? error
            let hint = told.hint.map { ["try: " + command($0, isDokku)] } ?? []
            // Typed as it stands, ours would change our own state where a Dokku keeps it.
            let details =
                isDokku
                ? told.details.map { $0.replacing("linkspan registry:", with: "dokku registry:") } : told.details
            return [told.message] + details + hint
        case is OutputClosed, is CancellationError: return []
        default: return ["\(error)"]
        }
    }

    /// A hint that begins with a command of ours gets the program's name in front.
    private static func command(_ hint: String, _ isDokku: Bool) -> String {
        let first = hint.prefix { $0 != " " }
        if OwnPlugin.shortCommands.contains(String(first)) {
            return (isDokku ? "dokku scheduler:" : "linkspan ") + hint
        }
        let isOurs =
            first.contains(":") && first.last != ":" && !first.contains("/")
            || ["logs", "run", "deploy", "enter", "plan", "doctor"].contains(first)
        let isDokkus = isDokku && !["deploy", "plan", "doctor"].contains(first)
        return isOurs ? (isDokkus ? "dokku " : "linkspan ") + hint : hint
    }
}

extension AdapterError {
    /// The same with `app` where hint and details say `APP`: whoever wrote them knew of no app.
    func naming(_ app: String) -> AdapterError {
        func named(_ text: String) -> String {
            text.split(separator: " ", omittingEmptySubsequences: false).map { word in
                let bare = word.prefix { $0 != "," && $0 != ":" }
                return bare == "APP" ? app + word.dropFirst(3) : String(word)
            }.joined(separator: " ")
        }
        var error = self
        error.hint = hint.map(named)
        error.details = details.map(named)
        return error
    }
}

extension Host {
    /// The app that a call with these words is about: the first that there is.
    package func subject(of words: [String]) -> String? {
        words.first { word in (try? AppName(word)).map(apps.exists) ?? false }
    }

    /// Says what `error` is about where work goes on all the same.
    /// - Parameter app: named in front where several are worked on.
    func warn(of error: any Error, in app: AppName? = nil) async {
        for line in ExitMapping.lines(for: error, signal: nil, isDokku: layout.isDokku, app: app?.description) {
            await console.report(.warning((app.map { "\($0): " } ?? "") + line))
        }
    }
}
