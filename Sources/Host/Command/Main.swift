import ArgumentParser
import Glibc
import SchedulerHost

/// Called as a file of a plugin folder, the program answers Dokku; under its own name, a person.
@main
enum Main {
    static func main() async {
        var arguments = CommandLine.arguments
        // Files that compare the scheduler's name first are scripts, and say what they are called as.
        if arguments.count > 2, arguments[1] == "--as" { arguments.removeFirst(2) }
        let rest = Array(arguments.dropFirst())
        switch CalledAs(path: arguments.first ?? "") {
        case .trigger(let plugin, let name): exit(await PluginFiles.trigger(plugin, name, rest))
        case .subcommand(let plugin, let name): exit(await PluginFiles.subcommand(plugin, name, rest))
        case .commands(let plugin): exit(PluginFiles.commands(plugin, rest))
        case .program: exit(await Linkspan.run(rest))
        }
    }
}
