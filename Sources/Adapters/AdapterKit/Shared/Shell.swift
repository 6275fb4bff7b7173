/// What an empty command means.
package enum Shell {
    /// - Parameter chosen: the shell that the app's `scheduler` property names, maybe with options.
    package static func words(_ chosen: String?) -> [String] {
        if let chosen { return chosen.split(separator: " ").map(String.init) }
        return ["/bin/sh", "-c", "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi"]
    }
}
