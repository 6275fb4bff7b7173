import AdapterKit
import FoundationEssentials

extension PluginFolderAdapter {
    /// What serves, as far as a plugin shows it: by the files that it keeps in the app's folder (contract 2.7), else
    /// by the labels of its containers (2.9). Ids are never made up: a plugin that shows neither shows no instances.
    func instances(of app: AppName) async throws -> [Instance] {
        let folder = stage.root + "/\(app)/"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        func line(_ file: String) -> String? {
            stage.text(folder + file)?.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
        let kept = names.filter { $0.hasPrefix("CONTAINER.") }.compactMap { file -> Instance? in
            let dyno = String(file.dropFirst("CONTAINER.".count))
            guard let name = InstanceName(dyno), let id = line(file) else { return nil }
            return Instance(
                id: id, name: name, address: line("IP." + dyno), port: line("PORT." + dyno).flatMap { Int($0) })
        }
        let found = kept.isEmpty && isDocker ? try await labelled(app) : kept
        return found.sorted { $0.name < $1.name }
    }

    private func labelled(_ app: AppName) async throws -> [Instance] {
        let output = try await stage.command([
            "docker", "container", "ls", "--no-trunc", "--filter", "label=com.dokku.app-name=\(app)", "--filter",
            "label=com.dokku.container-type=deploy", "--format", #"{{.ID}} {{.Label "com.dokku.dyno"}}"#,
        ])
        return output.text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let name = InstanceName(String(words[1])) else { return nil }
            return Instance(id: String(words[0]), name: name)
        }
    }
}
