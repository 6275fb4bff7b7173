import ArgumentParser
import Glibc
import SchedulerHost

/// Called under a trigger's name, the program answers Dokku; under its own, a person.
@main
enum Main {
    static func main() async {
        let arguments = CommandLine.arguments
        let name = String(arguments.first?.split(separator: "/").last ?? "linkspan")
        if Trigger.names.contains(name) {
            let rest = Array(arguments.dropFirst())
            // Another scheduler's app: leave before anything else is touched, standard input above all.
            guard Trigger.isOurs(name, rest) else { exit(0) }
            exit(await TriggerCommand.run(name, rest))
        }
        exit(await Linkspan.run(Array(arguments.dropFirst())))
    }
}
