/// The program that the kit deploys, acted out: what runs inside of a fake's instances.
///
/// The same program lies in the image that live runs use (`kit`, a shell script); `WorkloadScript` holds it. The same
/// cases run against both.
package struct Workload: Sendable {
    /// Where a verb's bytes go.
    package enum Channel: String, Sendable { case stdout, stderr }

    /// The world of a running program.
    package struct Surroundings: Sendable {
        package var environment: [String: String]
        package var hasTerminal: Bool
        /// The next bytes of standard input; `nil` at its end. Waits.
        package var input: @Sendable () async -> [UInt8]?
        package var output: @Sendable (Channel, [UInt8]) async -> Void
        /// Columns and rows of the terminal, as they are now.
        package var size: @Sendable () async -> (columns: Int, rows: Int)
        /// Waits for seconds, scaled as the fake's clock is. Ends early when the program is ended.
        package var pause: @Sendable (Double) async -> Void
        /// Writes a text to the file at a path, and reads it where there is none to write; `nil` for no such file.
        package var file: @Sendable (_ path: String, _ text: String?) async -> String?

        package init(
            environment: [String: String], hasTerminal: Bool = false,
            input: @escaping @Sendable () async -> [UInt8]? = { nil },
            output: @escaping @Sendable (Channel, [UInt8]) async -> Void = { _, _ in },
            size: @escaping @Sendable () async -> (columns: Int, rows: Int) = { (80, 24) },
            pause: @escaping @Sendable (Double) async -> Void,
            file: @escaping @Sendable (_ path: String, _ text: String?) async -> String? = { _, _ in nil }
        ) {
            self.environment = environment
            self.hasTerminal = hasTerminal
            self.input = input
            self.output = output
            self.size = size
            self.pause = pause
            self.file = file
        }
    }

    /// What became of an attempt to start.
    package enum Start: Sendable {
        case runs(Workload)
        /// There is no such program in the image: what an exit status of 127 stands for.
        case notFound(String)
    }

    private let words: [String]

    /// Takes a command for the program: `kit VERB …`, a shell around it, or a shell alone.
    package static func start(_ words: [String]) -> Start {
        guard let program = words.first else { return .notFound("") }
        let name = program.split(separator: "/").last.map(String.init) ?? program
        let known = ["kit", "sh", "bash", "true", "false", "echo", "env", "cat", "sleep", "exec"]
        guard known.contains(name), name != "bash" else { return .notFound(program) }
        return .runs(Workload(words: [name] + words.dropFirst()))
    }

    /// Whether something listens on `PORT` while it runs.
    package var serves: Bool {
        ["serve", "serve-then-exit", "stubborn", "lines-and-stay", "print-and-stay"].contains(verb?.first)
    }

    /// Whether a polite signal does not end it.
    package var ignoresTerm: Bool { verb?.first == "stubborn" }

    /// The words behind `kit`, a shell around them taken away.
    private var verb: [String]? {
        if words[0] == "kit" { return Array(words.dropFirst()) }
        guard words[0] == "sh" || words[0] == "exec" else { return nil }
        if words[0] == "exec", words.count > 1, case .runs(let inner) = Self.start(Array(words.dropFirst())) {
            return inner.verb
        }
        guard let flag = words.firstIndex(of: "-c"), flag + 1 < words.count,
            // What comes last is what stays.
            let last = words[flag + 1].split(separator: ";").last,
            case .runs(let inner) = Self.start(Self.shellWords(String(last), [:]))
        else { return nil }
        return inner.verb
    }

    /// Runs to its end, or until its task is cancelled: a program that is killed.
    /// - Returns: the exit status.
    package func run(in surroundings: Surroundings) async -> Int32 {
        let rest = Array(words.dropFirst())
        func print(_ text: String, _ channel: Channel = .stdout) async {
            // A terminal turns the end of a line into two characters.
            let text =
                surroundings.hasTerminal
                ? text.split(separator: "\n", omittingEmptySubsequences: false)
                    .joined(separator: "\r\n") : text
            await surroundings.output(surroundings.hasTerminal ? .stdout : channel, Array(text.utf8))
        }
        switch words[0] {
        case "true": return 0
        case "false": return 1
        case "echo":
            await print(rest.joined(separator: " ") + "\n")
            return 0
        case "env":
            for (name, value) in surroundings.environment.sorted(by: { $0.key < $1.key }) {
                await print("\(name)=\(value)\n")
            }
            return 0
        case "cat": return await Workload(words: ["kit", "cat"]).run(in: surroundings)
        case "sleep": return await Workload(words: ["kit", "sleep"] + rest).run(in: surroundings)
        case "exec": return await Self.run(rest, surroundings)
        case "sh": return await shell(rest, surroundings)
        default: break
        }
        func number(_ index: Int, _ fallback: Int = 0) -> Int {
            rest.count > index ? Int(rest[index]) ?? fallback : fallback
        }
        switch rest.first {
        case "serve":
            await print("listening on \(surroundings.environment["PORT"] ?? "")\n")
            await surroundings.pause(1_000_000)
            return 143
        case "serve-then-exit":
            await print("listening on \(surroundings.environment["PORT"] ?? "")\n")
            await surroundings.pause(Double(number(1)))
            await print("giving up\n", .stderr)
            return Int32(number(2, 1))
        case "stubborn", "sleep":
            await surroundings.pause(rest.count > 1 ? Double(rest[1]) ?? 1_000_000 : 1_000_000)
            return 0
        case "exit":
            if rest.count > 2 { await print(rest[2...].joined(separator: " ") + "\n", .stderr) }
            return Int32(number(1)) & 0xFF
        case "print":
            await print(rest.dropFirst().joined(separator: " ") + "\n")
            return 0
        case "print-and-stay":
            await print(rest.dropFirst().joined(separator: " ") + "\n")
            await surroundings.pause(1_000_000)
            return 143
        case "error":
            await print(rest.dropFirst().joined(separator: " ") + "\n", .stderr)
            return 0
        case "no-newline":
            await print(rest.dropFirst().joined(separator: " "))
            return 0
        case "value":
            await print((surroundings.environment[rest.count > 1 ? rest[1] : ""] ?? "") + "\n")
            return 0
        case "names":
            await print(surroundings.environment.keys.sorted().joined(separator: "\n") + "\n")
            return 0
        case "lines":
            for line in 1...max(1, number(1)) { await print("line \(line)\n") }
            return 0
        case "lines-and-stay":
            for line in 1...max(1, number(1)) { await print("line \(line)\n") }
            await surroundings.pause(1_000_000)
            return 143
        case "long-line":
            await print(String(repeating: "x", count: number(1)) + "\n")
            return 0
        case "bytes":
            await surroundings.output(.stdout, (0..<number(1)).map { UInt8($0 % 251) })
            return 0
        case "keep":
            guard rest.count > 2, await surroundings.file(rest[1], rest[2] + "\n") != nil else { return 1 }
            return 0
        case "kept":
            guard rest.count > 1, let text = await surroundings.file(rest[1], nil) else {
                await print("cat: can't open '\(rest.count > 1 ? rest[1] : "")'\n", .stderr)
                return 1
            }
            await print(text)
            return 0
        case "cat":
            while let bytes = await surroundings.input() { await surroundings.output(.stdout, bytes) }
            return 0
        case "size":
            let size = await surroundings.size()
            await print("\(size.rows) \(size.columns)\n")
            return 0
        case "terminal":
            await print(surroundings.hasTerminal ? "yes\n" : "no\n")
            return 0
        default:
            await print("kit: unknown verb\n", .stderr)
            return 64
        }
    }

    static func run(_ words: [String], _ surroundings: Surroundings) async -> Int32 {
        switch start(words) {
        case .runs(let workload): return await workload.run(in: surroundings)
        case .notFound(let name):
            await surroundings.output(.stderr, Array("sh: \(name): not found\n".utf8))
            return 127
        }
    }
}
