import AdapterKit
import FoundationEssentials

/// What of `app.json` concerns a scheduler (contract 3.10).
package struct AppJSON: Sendable, Equatable {
    package struct Formation: Sendable, Equatable {
        package var quantity: Int?
        package var maxParallel: Int?
        package var isExposed = false
        package var autoscaling: Autoscaling?
    }

    package var formation: [ProcessType: Formation] = [:]
    package var healthchecks: [ProcessType: [Healthcheck]] = [:]
    package var cron: [CronEntry] = []
    package var scripts = Scripts()

    /// Commands that run once around a deploy.
    package struct Scripts: Sendable, Equatable {
        /// Before a release is deployed.
        package var predeploy: String?
        /// After it has taken over.
        package var postdeploy: String?
        /// Before the app's first release is deployed.
        package var firstDeploy: String?
    }

    package struct CronEntry: Sendable, Equatable {
        package var command: String
        package var schedule: String
        package var isInMaintenance: Bool
        package var concurrency: OneOffTask.Concurrency
    }

    /// No `app.json` is one that says nothing.
    package init() {}

    /// Comments and trailing commas are allowed.
    /// - Throws: ``AdapterError`` that names the file and, where it is no JSON, the line.
    package init(_ bytes: [UInt8], file: String) throws {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let document: Document
        do {
            document = try decoder.decode(Document.self, from: Data(bytes))
        } catch {
            throw AdapterError(.invalidInput, "\(file) \(Self.problem(error, in: bytes))")
        }
        func type(_ key: String) throws -> ProcessType {
            do {
                return try ProcessType(key)
            } catch let error as AdapterError {
                throw AdapterError(.invalidInput, "\(file): \(error.message)")
            }
        }
        for (key, entry) in document.formation ?? [:] {
            if let quantity = entry?.quantity, quantity < 0 {
                throw AdapterError(.invalidInput, "\(file): formation.\(key).quantity must not be negative")
            }
            formation[try type(key)] = Formation(
                quantity: entry?.quantity, maxParallel: entry?.max_parallel,
                isExposed: entry?.service?.exposed ?? false,
                autoscaling: try entry?.autoscaling?.rule(place: "\(file): formation.\(key).autoscaling"))
        }
        for (key, entries) in document.healthchecks ?? [:] {
            healthchecks[try type(key)] = try (entries ?? []).enumerated().map { index, entry in
                try entry.check(place: "\(file): healthchecks.\(key)[\(index)]", index: index)
            }
        }
        cron = try (document.cron ?? []).enumerated().map { index, entry in
            let word = entry.concurrency_policy.flatMap { $0.isEmpty ? nil : $0 } ?? "allow"
            guard let concurrency = OneOffTask.Concurrency(rawValue: word) else {
                throw AdapterError(
                    .invalidInput,
                    "\(file): cron[\(index)].concurrency_policy '\(word)' is not allow, forbid or replace")
            }
            guard CronSchedule.isValid(entry.schedule) else {
                throw AdapterError(
                    .invalidInput,
                    "\(file): cron[\(index)].schedule '\(entry.schedule)' is neither five fields nor a word such as @daily"
                )
            }
            return CronEntry(
                command: entry.command, schedule: entry.schedule, isInMaintenance: entry.maintenance ?? false,
                concurrency: concurrency)
        }
        func command(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
        let dokku = document.scripts?.dokku
        scripts = Scripts(
            predeploy: command(dokku?.predeploy), postdeploy: command(dokku?.postdeploy),
            firstDeploy: command(document.scripts?.postdeploy))
    }

    private static func problem(_ error: any Error, in bytes: [UInt8]) -> String {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.reduce(into: "") { path, key in
                path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
        switch error {
        case DecodingError.typeMismatch(let type, let context):
            let place = path(context)
            return "is not as expected: \(place.isEmpty ? "the document" : place) must be \(name(of: type))"
        case DecodingError.keyNotFound(let key, let context):
            return "is not as expected: \(path(context)) lacks '\(key.stringValue)'"
        case DecodingError.valueNotFound(_, let context):
            return "is not as expected: \(path(context)) is null"
        default:
            // The decoder says no more of a number that has a fraction.
            guard let problem = JSONSyntax.problem(in: bytes) else {
                return "is not as expected: a number in it must be a whole number"
            }
            return "is no valid JSON: line \(problem.line) wants \(problem.expected)"
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Int.Type: "a whole number"
        case is Bool.Type: "true or false"
        case is [String: Any].Type: "an object"
        default: "\(type)".contains("Array") ? "a list" : "an object"
        }
    }
}
