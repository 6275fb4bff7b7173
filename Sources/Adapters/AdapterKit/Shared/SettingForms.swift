extension Settings {
    /// The words of a list that is joined by commas; none when it is unset.
    package func words(_ name: String) -> [String] {
        (text(name) ?? "").split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
    }

    /// One of a few words.
    /// - Throws: ``AdapterError`` that lists them, with the command that sets it.
    package func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, default fallback: Choice) throws
        -> Choice
    where Choice.RawValue == String {
        guard let text = text(name) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            throw AdapterError(
                .invalidSettings,
                "\(plugin) property \(name) must be \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), "
                    + "but is '\(text)'", hint: "\(plugin):set APP \(name) VALUE")
        }
        return choice
    }
}
