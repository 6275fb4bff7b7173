/// What servers say, without what only their authors want to know.
enum ServerWords {
    private static let wrapping = [
        "rpc error: code = Unknown desc = ", "rpc error: code = NotFound desc = ", "Error response from daemon: ",
        "failed to pull and unpack image ", "Error: ",
    ]

    static func unwrapped(_ text: String) -> String {
        var text = text
        for words in wrapping {
            while let range = text.firstRange(of: words) { text.removeSubrange(range) }
        }
        return text
    }
}
