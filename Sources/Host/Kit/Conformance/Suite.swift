/// All cases, by chapter.
public enum Suite {
    /// Every case, in the order in which a report tells them.
    public static let all: [ConformanceCase] =
        contract + deploy + failure + checks + run + enter + logs + config + secrecy + scale + retire + lifecycle + cron
        + registry + nodes + lock + storage + inspection + comparison + doctor + checkup + resilience

    /// The cases whose ids fit one of `patterns`, in which `*` stands for anything; all where there are none.
    public static func cases(matching patterns: [String]) -> [ConformanceCase] {
        guard !patterns.isEmpty else { return all }
        return all.filter { subject in patterns.contains { fits(subject.id[...], $0[...]) } }
    }

    private static func fits(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            let rest = pattern.dropFirst()
            return fits(text, rest) || (!text.isEmpty && fits(text.dropFirst(), pattern))
        }
        return text.first == first && fits(text.dropFirst(), pattern.dropFirst())
    }
}
