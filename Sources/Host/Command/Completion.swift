import ArgumentParser

extension CompletionKind {
    /// The names of all apps.
    static let apps = CompletionKind.shellCommand("linkspan --quiet apps:list 2>/dev/null")
}

/// What shells need beyond the generated scripts.
enum Completion {
    /// In bash a colon ends a word, and commands have colons: without this `ps:sc` would be completed to `ps:scheduler`.
    static func adjusted(_ script: String) -> String {
        guard script.hasPrefix("#!/bin/bash\n") else { return script }
        var lines = script.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.insert("COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}", at: 1)
        return lines.map { $0 == "complete -o filenames -F _linkspan linkspan" ? "complete -F _linkspan linkspan" : $0 }
            .joined(separator: "\n")
    }
}
