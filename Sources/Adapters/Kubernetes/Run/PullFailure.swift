extension Cluster {
    /// Why the image of the pod with this uid could not be pulled: its state tells that for a moment only, its events
    /// for longer. `nil` when they do not.
    func pullFailure(ofPod uid: String) async -> String? {
        let events = try? await send(KubernetesCalls.events(about: uid, in: namespace))
        return events?.items.compactMap { $0.reason == "Failed" ? $0.message : nil }
            .last { !$0.hasPrefix("Error: ") }
    }
}
