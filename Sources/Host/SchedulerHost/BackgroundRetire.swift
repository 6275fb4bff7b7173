import AdapterKit
import CDetach
import Glibc

/// A process of its own that waits for the grace of old instances to end and then retires them. If it dies, the next
/// deploy or `ps:retire` does its work.
///
/// It keeps none of our files open: a child that kept our output open would keep Dokku waiting.
enum BackgroundRetire {
    /// - Throws: ``AdapterError`` when no process can be started.
    static func start(app: AppName, after seconds: Int, environment: [String: String]) throws {
        let words = ["linkspan", "ps:retire", "--after", String(seconds), app.description]
        let result = withCStrings(words) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                cdetach_spawn("/proc/self/exe", arguments, variables)
            }
        }
        guard result == 0 else {
            throw AdapterError(
                .hostTrouble, "old containers of \(app) wait to be retired: no process can be started for it",
                hint: "ps:retire \(app)")
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
