import AdapterKit

extension Patches {
    /// Reads the YAML and JSON files of a folder, in the order of their names.
    /// - Parameter folder: `nil` for no patches.
    static func read(_ folder: String?, _ context: AdapterContext) throws -> Patches {
        guard let folder else { return .none }
        let names: [String]
        do {
            names = try context.listFolder(folder)
        } catch let error as AdapterError where error.code == .invalidSettings {
            throw AdapterError(
                .invalidSettings, "\(context.settings.plugin) property patches: \(error.message)",
                hint: "\(context.settings.plugin):set APP patches FOLDER")
        }
        let files = names.filter { name in
            !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
        }
        return try Patches(files: files.sorted().map { ("\(folder)/\($0)", try context.readFile("\(folder)/\($0)")) })
    }
}
