import AdapterKit
import DokkuIO
import SchedulerHost

/// What `run` and `run:detached` have in common.
enum TaskOptions {
    static func make(env: [String], timeToLive: String?) throws -> Tasks.Options {
        var options = Tasks.Options()
        options.environment = try EnvironmentPairs.parse(env)
        if let timeToLive {
            guard let seconds = Seconds.parse(timeToLive, atLeast: 1) else {
                throw AdapterError(
                    .invalidInput, "--ttl-seconds must be a whole number of seconds from 1 on, not '\(timeToLive)'")
            }
            options.timeToLive = seconds
        }
        return options
    }

    static func command(_ words: [String]) -> [String] { words.first == "--" ? Array(words.dropFirst()) : words }
}
