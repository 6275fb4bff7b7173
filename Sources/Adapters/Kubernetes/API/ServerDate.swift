/// The moment of an HTTP answer's `Date` header (RFC 9110, 5.6.7).
enum ServerDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for anything else.
    static func seconds(_ header: String) -> Int? {
        let words = header.split(separator: " ").map(String.init)
        guard words.count == 6, let month = months.firstIndex(of: words[2]), words[5] == "GMT" else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp.seconds("\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}
