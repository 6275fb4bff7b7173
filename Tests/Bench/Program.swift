import Foundation
import Glibc

/// A program with its words and the variables that it is given.
struct Program: Sendable {
    var words: [String]
    var variables: [String: String] = [:]

    init(_ words: [String], variables: [String: String] = [:]) {
        self.words = words
        self.variables = variables
    }

    /// What one run of it took.
    struct Cost: Sendable {
        var seconds: Double
        /// Of the processor, the program's children included.
        var processorSeconds: Double
        /// The largest resident set of the program or one of its children, in MB. It is never told as less than this
        /// program's own, of which the new one was a copy for a moment.
        var peakMemory: Double
        var output: String
        var complaint: String
        /// How many requests it made, where somebody has counted.
        var requests = 0
    }

    /// Why a run cannot be counted.
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs it to its end with nothing to read.
    /// - Throws: ``Failed`` when it ends otherwise than with `status`.
    @discardableResult
    func run(endsWith status: Int32 = 0) throws -> Cost {
        let folder = FileManager.default.temporaryDirectory.path + "/bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, name) in [(Int32(1), "output"), (2, "complaint")] {
            posix_spawn_file_actions_addopen(&actions, number, "\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }.map { "\($0)=\($1)" }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + values { free(pointer) } }
        var process: pid_t = 0
        let start = ContinuousClock.now
        let spawned = posix_spawnp(&process, words[0], &actions, nil, &arguments, &values)
        guard spawned == 0 else { throw Failed(description: "\(words[0]): \(String(cString: strerror(spawned)))") }
        var state: Int32 = 0
        var usage = rusage()
        while wait4(process, &state, 0, &usage) < 0 && errno == EINTR {}
        let seconds = start.duration(to: .now) / .seconds(1)
        func text(_ name: String) -> String {
            (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let (output, complaint) = (text("output"), text("complaint"))
        let ended = state & 0x7f == 0 ? (state >> 8) & 0xff : 128 + state & 0x7f
        guard ended == status else {
            throw Failed(description: "'\(words.joined(separator: " "))' ended with \(ended): \(complaint.suffix(400))")
        }
        func inSeconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return Cost(
            seconds: seconds, processorSeconds: inSeconds(usage.ru_utime) + inSeconds(usage.ru_stime),
            peakMemory: Double(usage.ru_maxrss) / 1_024, output: output, complaint: complaint)
    }
}

extension Program.Cost {
    /// How many requests a run's own words tell of.
    var toldRequests: Double {
        if let line = complaint.split(separator: "\n").last(where: { $0.contains("requests to the backend") }) {
            return Double(line.split(separator: " ").compactMap { Int($0) }.first ?? 0)
        }
        return Double(complaint.split(separator: "\n").count { $0.contains("https://") && $0.contains("milliseconds") })
    }
}
