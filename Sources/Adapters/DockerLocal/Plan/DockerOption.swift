import AdapterKit
import DockerEngine

/// One of docker's `container create` options: what it does to a draft.
enum DockerOption: Sendable {
    case value(@Sendable (inout OptionDraft, String) throws -> Void)
    case flag(@Sendable (inout OptionDraft, Bool) -> Void)
    /// Known, and refused for a reason.
    case refused(String)

    struct BadValue: Error {
        var reason: String
    }

    /// `--name=value`, `--name` and `-nvalue` as name and value.
    static func split(_ word: String) -> (name: String, value: String?) {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        let name = String(word.prefix(2))
        guard word.count > 2 else { return (name, nil) }
        let rest = word.dropFirst(2)
        return (name, String(rest.first == "=" ? rest.dropFirst() : rest))
    }

    /// `-it` is `-i -t`; `nil` for a word that is one option.
    static func bundled(_ word: String) -> [String]? {
        guard word.count > 2, !word.hasPrefix("--") else { return nil }
        let letters = word.dropFirst().map { "-\($0)" }
        let areFlags = letters.allSatisfy { letter in if case .flag? = all[letter] { true } else { false } }
        return areFlags ? letters : nil
    }

    /// A truth value as Go's programs take it.
    static func truth(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: nil
        }
    }

    /// `path:rate`
    static func throttle(_ text: String, _ rate: (String) throws -> Int) throws -> ContainerSpec.ThrottleDevice {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].hasPrefix("/") else { throw BadValue(reason: "it wants DEVICE-PATH:RATE") }
        return .init(Path: parts[0], Rate: try rate(parts[1]))
    }

    static func whole(_ text: String) throws -> Int {
        guard let number = Int(text) else { throw BadValue(reason: "'\(text)' is no whole number") }
        return number
    }

    /// Bytes: a number with `b`, `k`, `m`, `g` or `t` behind it, steps of 1024 as docker has them.
    static func bytes(_ text: String) throws -> Int {
        var digits = Substring(text.lowercased())
        if digits.hasSuffix("ib") { digits = digits.dropLast(2) }
        if digits.hasSuffix("b") { digits = digits.dropLast() }
        var factor = 1.0
        if let unit = digits.last, let step = ["k", "m", "g", "t"].firstIndex(of: String(unit)) {
            for _ in 0...step { factor *= 1_024 }
            digits = digits.dropLast()
        }
        if text == "-1" { return -1 }
        guard let number = Double(digits), number >= 0, number * factor < 9e18 else {
            throw BadValue(reason: "'\(text)' is no size such as 512m or 2g")
        }
        return Int(number * factor)
    }

    /// Dokku takes a bare number for megabytes.
    static func megabytesIfBare(_ text: String) throws -> Int {
        try bytes(text.utf8.allSatisfy { (48...57).contains($0) } ? text + "m" : text)
    }

    static func nanoCPUs(_ text: String) throws -> Int {
        guard let count = Double(text), count > 0, count < 100_000 else {
            throw BadValue(reason: "'\(text)' is no number of processors such as 0.5")
        }
        return Int((count * 1e9).rounded())
    }

    /// Nanoseconds out of Go's durations: `1m30s`, `500ms`.
    static func nanoseconds(_ text: String) throws -> Int {
        let units: [(String, Double)] = [("ms", 1e6), ("us", 1e3), ("ns", 1), ("h", 3.6e12), ("m", 6e10), ("s", 1e9)]
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                throw BadValue(reason: "'\(text)' is no duration such as 30s or 1m30s")
            }
            total += number * unit.1
            rest = rest.dropFirst(unit.0.count)
        }
        guard total < 9e18 else { throw BadValue(reason: "'\(text)' is too long") }
        return Int(total)
    }

    /// `all`, a count, or `device=A,B`.
    static func gpuRequest(_ text: String) throws -> ContainerSpec.DeviceRequest {
        let capabilities = [["gpu"]]
        if text == "all" { return .init(Count: -1, Capabilities: capabilities) }
        if let count = Int(text), count > 0 { return .init(Count: count, Capabilities: capabilities) }
        let devices =
            text.hasPrefix("device=")
            ? text.dropFirst(7) : text.hasPrefix("\"device=") ? text.dropFirst(8).dropLast() : ""
        guard !devices.isEmpty else { throw BadValue(reason: "'\(text)' is neither all, a count nor device=ID,ID") }
        return .init(Count: 0, DeviceIDs: devices.split(separator: ",").map(String.init), Capabilities: capabilities)
    }

    /// `KEY=VALUE`
    static func pair(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw BadValue(reason: "it wants KEY=VALUE")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// `[ip:][host-port:]container-port[/protocol]`, each port maybe a range.
    static func publication(_ text: String) throws -> [(port: String, binding: ContainerSpec.PortBinding)] {
        let bad = BadValue(reason: "'\(text)' is no [IP:][HOST-PORT:]CONTAINER-PORT[/PROTOCOL]")
        let halves = text.split(separator: "/", maxSplits: 1)
        let kind = halves.count == 2 ? String(halves[1]) : "tcp"
        guard let address = halves.first, ["tcp", "udp", "sctp"].contains(kind) else { throw bad }
        var parts = address.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let inside = parts.popLast().flatMap(portRange) else { throw bad }
        let outsideText = parts.popLast() ?? ""
        let ip = parts.joined(separator: ":").filter { $0 != "[" && $0 != "]" }
        guard !outsideText.isEmpty else {
            return inside.map { ("\($0)/\(kind)", .init(HostIp: ip)) }
        }
        guard let outside = portRange(outsideText), outside.count == inside.count else { throw bad }
        return zip(inside, outside).map { ("\($0)/\(kind)", .init(HostIp: ip, HostPort: String($1))) }
    }

    private static func portRange(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard let first = ends.first, let last = ends.last, ends.count <= 2, (1...65_535).contains(first),
            (first...65_535).contains(last)
        else { return nil }
        return first...last
    }
}
