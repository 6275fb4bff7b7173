import APIClient

extension Workload {
    /// `sh -c TEXT`, or a shell that reads commands: enough of one for what adapters wrap around a command.
    func shell(_ words: [String], _ surroundings: Surroundings) async -> Int32 {
        if let flag = words.firstIndex(where: { $0.hasPrefix("-") && $0.hasSuffix("c") }), flag + 1 < words.count {
            return await script(words[flag + 1], surroundings, arguments: Array(words.dropFirst(flag + 3)))
        }
        var status: Int32 = 0
        var line: [UInt8] = []
        while let bytes = await surroundings.input() {
            for byte in bytes {
                guard byte == 10 || byte == 13 else {
                    line.append(byte)
                    continue
                }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                let parts = Self.shellWords(text, surroundings.environment)
                if parts.first == "exit" { return parts.count > 1 ? Int32(parts[1]) ?? status : status }
                if !parts.isEmpty { status = await script(text, surroundings) }
            }
        }
        if !line.isEmpty { status = await script(String(decoding: line, as: UTF8.self), surroundings) }
        return status
    }

    /// - Parameter arguments: what `"$@"` stands for.
    private func script(_ text: String, _ surroundings: Surroundings, arguments: [String] = []) async -> Int32 {
        // Adapters ask for the best shell there is; here that is sh.
        if text.contains("exec /bin/bash") { return await shell([], surroundings) }
        // A loop without an end keeps the place for what is started beside it.
        if text.contains("while :") {
            await surroundings.pause(1_000_000)
            return 0
        }
        var surroundings = surroundings
        var status: Int32 = 0
        for sequence in text.split(separator: ";") {
            for command in sequence.split(separator: "&&") {
                // The shell's own words for "all of them, as they are".
                let parts = Self.shellWords(String(command), surroundings.environment)
                    .flatMap { $0 == "@" ? arguments : [$0] }
                guard let first = parts.first else { continue }
                switch first {
                case "exit": return parts.count > 1 ? Int32(parts[1]) ?? 0 : status
                case "read": status = await Self.readLine(&surroundings) ? 0 : 1
                case "exec": return await Self.run(Array(parts.dropFirst()), surroundings)
                default: status = await Self.run(parts, surroundings)
                }
                if status != 0 { break }
            }
        }
        return status
    }

    /// Takes a line off the input; what came behind it stays there.
    /// - Returns: whether there was one.
    private static func readLine(_ surroundings: inout Surroundings) async -> Bool {
        var heard: [UInt8] = []
        let input = surroundings.input
        while true {
            if let end = heard.firstIndex(of: 10) {
                let rest = Guarded<[UInt8]?>(end + 1 < heard.count ? Array(heard[(end + 1)...]) : nil)
                surroundings.input = {
                    let left = rest.withLock { rest in
                        defer { rest = nil }
                        return rest
                    }
                    if let left { return left }
                    return await input()
                }
                return true
            }
            guard let more = await input() else { return false }
            heard += more
        }
    }

    /// A line in words: quotes and plain variables understood.
    static func shellWords(_ line: String, _ environment: [String: String]) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = Substring(line)
        while let character = rest.popFirst() {
            if let open = quote, character == open {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if quote != "'", character == "$" {
                if rest.first == "{" { rest.removeFirst() }
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                rest.removeFirst(name.count)
                if rest.first == "}" { rest.removeFirst() }
                word = (word ?? "") + (environment[String(name)] ?? "")
            } else if quote == nil, character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let done = word { words.append(done) }
        return words
    }
}
