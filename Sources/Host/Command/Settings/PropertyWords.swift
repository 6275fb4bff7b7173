import ArgumentParser
import SchedulerHost

/// The words of `PLUGIN:set <app>|--global <property> [<value>]`, understood as Dokku understands them (contract 4.3,
/// 4.8): what is missing is empty, and what is too much is left.
struct PropertyWords: Equatable {
    var isGlobal = false
    var app = ""
    var property = ""
    var value = ""

    /// - Throws: `ValidationError` for a flag that there is not.
    init(_ words: [String], _ plugin: PropertyPlugin) throws {
        var rest: ArraySlice<String>
        if plugin.isShellScript {
            // Its script looks at the first word only.
            isGlobal = words.first == "--global"
            rest = isGlobal ? words.dropFirst() : words[...]
        } else {
            (isGlobal, rest) = try Self.withoutFlags(words)
        }
        if !isGlobal { app = rest.popFirst() ?? "" }
        property = rest.popFirst() ?? ""
        value = rest.popFirst() ?? ""
    }

    /// Flags may stand anywhere in front of `--`.
    private static func withoutFlags(_ words: [String]) throws -> (isGlobal: Bool, rest: ArraySlice<String>) {
        let flags = words.prefix { $0 != "--" }
        for word in flags where word.hasPrefix("-") && word.count > 1 && word != "--global" {
            throw ValidationError(
                word.hasPrefix("--")
                    ? "unknown flag: \(word.prefix { $0 != "=" })"
                    : "unknown shorthand flag: '\(word.dropFirst().prefix(1))' in \(word)")
        }
        let rest = flags.filter { $0 != "--global" } + words.dropFirst(flags.count + 1)
        return (flags.contains("--global"), rest[...])
    }
}
