import AdapterKit
import ArgumentParser
import SchedulerHost

struct RegistryPush: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry:push", abstract: "Push an image to the app's registry; print it pinned by digest.",
        discussion:
            "What the registry has already is not sent again. With --quiet, nothing but the reference is printed.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "An image of the local engine.")
    var image = ""

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let pushed = try await Publishing(host, app).push(try ImageReference(image))
        await host.console.settle()
        await host.console.line(pushed.description)
        return .success
    }
}
