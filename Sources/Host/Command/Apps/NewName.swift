import AdapterKit

/// The name that an app is to get.
enum NewName {
    static func take(_ text: String) throws -> AppName {
        guard !text.isEmpty else { throw AdapterError(.invalidInput, "Please specify an new app name") }
        // Old apps may have underscores; new ones may not.
        return try AppName(text.contains("_") ? "_" : text)
    }
}
