import ArgumentParser

/// What `apps:rename` and `apps:clone` are told.
struct OldAndNew: ParsableArguments, Sendable {
    @Argument(help: "The app as it is called now.", completion: .apps)
    var old = ""

    @Argument(help: "The new name.")
    var new = ""

    @Flag(help: "Do not deploy the new app.")
    var skipDeploy = false
}
