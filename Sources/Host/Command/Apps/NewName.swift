import AdapterKit

/// The name that an app is to get.
enum NewName {
    static func take(_ text: String) throws -> AppName {
        guard !text.isEmpty else { throw AdapterError(.invalidInput, "Please specify an new app name") }
        return try AppName(text)
    }
}
