/// A command with a folder or volume of this host at `/data` (`storage:exec`, contract 2.1).
package struct FolderTask: Sendable, Equatable {
    /// The storage entry's name.
    package var name: String
    /// An absolute folder, or the name of a volume.
    package var source: String
    package var image: ImageReference
    /// Empty for a shell.
    package var command: [String]
    /// The user to run as; `nil` for the image's own.
    package var user: String?
    package var hasTerminal: Bool
    /// Tells tasks from each other.
    package var number: Int

    package init(
        name: String, source: String, image: ImageReference, command: [String], user: String?, hasTerminal: Bool,
        number: Int
    ) {
        self.name = name
        self.source = source
        self.image = image
        self.command = command
        self.user = user
        self.hasTerminal = hasTerminal
        self.number = number
    }
}
