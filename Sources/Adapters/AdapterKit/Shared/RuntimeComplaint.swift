/// What container runtimes say of a program that they cannot start.
package enum RuntimeComplaint {
    /// What a shell would make of it; `nil` when it is about something else.
    package static func status(_ text: String) -> ExitStatus? {
        if text.contains("executable file not found") || text.contains("no such file or directory") {
            return ExitStatus(rawValue: 127)
        }
        return text.contains("permission denied") ? ExitStatus(rawValue: 126) : nil
    }
}
