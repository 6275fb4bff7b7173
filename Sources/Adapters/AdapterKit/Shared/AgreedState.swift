/// The state that a person agreed to, as a token: the plan's fingerprint, and one for each live object.
package enum AgreedState {
    /// - Parameter live: what is live of each object, by its name; empty for nothing.
    package static func token(plan: String, live: [String: String]) -> String {
        let objects = live.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Fingerprint($0.value).description.suffix(4))" }
        return ([plan] + objects).joined(separator: "~")
    }

    /// What has moved between two tokens, a sentence each.
    package static func differences(between agreed: String, and now: String) -> [String] {
        let (before, after) = (parts(agreed), parts(now))
        var sentences: [String] = []
        if before.plan != after.plan { sentences.append("the release is another one than was planned") }
        for (name, mark) in after.live.sorted(by: { $0.key < $1.key }) where before.live[name] != mark {
            sentences.append("\(name) has changed meanwhile")
        }
        return sentences
    }

    private static func parts(_ token: String) -> (plan: String, live: [String: String]) {
        let words = token.split(separator: "~").map(String.init)
        let live = words.dropFirst().compactMap { word -> (String, String)? in
            let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
            return pair.count == 2 ? (pair[0], pair[1]) : nil
        }
        return (words.first ?? "", Dictionary(live) { $1 })
    }
}
