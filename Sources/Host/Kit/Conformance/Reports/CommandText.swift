/// A command line as a person would type it again.
enum CommandText {
    /// `words` with what a shell would take apart quoted; where reports went to is left out.
    static func reproducing(_ words: [String]) -> String {
        guard let program = words.first else { return "" }
        var kept = [String(program.split(separator: "/").last ?? "")]
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            if word == "--report" {
                rest = rest.dropFirst()
            } else if !word.hasPrefix("--report=") {
                kept.append(quoted(word))
            }
        }
        return kept.joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 97...122, 65...90, 48...57: true
                default: "-_./:=,@+%".utf8.contains(byte)
                }
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
