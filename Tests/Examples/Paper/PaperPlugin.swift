import AdapterKit

extension AdapterPlugin {
    /// What a host registers.
    public static let paper = AdapterPlugin(
        manifest: Manifest(scheduler: "paper", capabilities: [.plan], images: .none, cron: .none),
        settings: [
            SettingDeclaration(
                "indent", default: "2", isPerApp: false, summary: "How many blanks a plan is indented by.")
        ],
        make: { context in
            let indent = try context.settings.number("indent", atLeast: 0, default: 2)
            return PaperAdapter(indent: String(repeating: " ", count: indent))
        })
}
