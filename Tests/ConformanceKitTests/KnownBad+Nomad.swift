import AdapterKit
import Conformance
import Nomad

/// Defects in what only Nomad's servers show. They are made of the Nomad adapter.
extension KnownBad {
    /// The Nomad adapter, told other variables than it was given.
    private init(
        nomad name: String, caughtBy: String, _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) {
        let good = AdapterPlugin.nomad
        self.init(
            name, caughtBy: caughtBy, backend: .nomad,
            plugin: AdapterPlugin(
                manifest: good.manifest, settings: good.settings, variables: good.variables,
                make: { context in
                    var changed = context
                    change(&changed.variables)
                    return try good.make(changed)
                }))
    }

    static let nomad: [KnownBad] = [
        KnownBad(nomad: "trusts every server", caughtBy: "resilience.tls.nothing-is-told") {
            $0["NOMAD_CACERT"] = nil
            $0["NOMAD_SKIP_VERIFY"] = "true"
        },
        KnownBad(
            remote: "takes a periodic job that goes on for one that is held", caughtBy: "cron.hold-and-resume",
            of: .nomad
        ) {
            $0.keep = { _, _, _, _ in }
        },
        KnownBad(
            remote: "does not look whether it may submit jobs", caughtBy: "doctor.names-missing-rights", of: .nomad
        ) {
            $0.examine = { _, _, _ in Examination(findings: [.init("rights", .good, "the token is known")]) }
        },
        KnownBad(remote: "overwrites what it compared", caughtBy: "diff.outdated", of: .nomad) {
            $0.deploy = { base, deployment, console in
                var blind = deployment
                blind.agreedState = nil
                return try await base.deploy(blind, console: console)
            }
        },
    ]
}
