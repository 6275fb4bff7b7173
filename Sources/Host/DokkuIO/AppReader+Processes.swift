import AdapterKit

extension AppReader {
    /// A process type for each of the formation; one that is not in the Procfile any more is left out, and what runs
    /// of it is scaled away.
    func processes(_ project: ProjectFiles, formation: Formation, _ manifest: Manifest) throws -> [AppProcess] {
        let scaling = try properties("scheduler-" + manifest.scheduler).parts(of: "autoscaling", app)
        return try formation.quantities.filter { type, _ in
            project.procfile.map { $0.commands[type] != nil } ?? (layout.isDokku || type == .web)
        }.map { type, quantity in
            let written = project.appJSON.formation[type]
            let autoscaling = (scaling[SettingMap.allProcesses] ?? [:]).merging(scaling[type.description] ?? [:]) { $1 }
            return AppProcess(
                type: type, quantity: quantity, maxParallel: written?.maxParallel ?? 1,
                command: try startCommand(type, project: project),
                resources: try resources(type.description), checks: try checks(type, project: project),
                dockerOptions: try dockerOptions(process: type, .deploy),
                isExposed: written?.isExposed ?? false,
                autoscaling: try AutoscalingSettings(autoscaling).over(written?.autoscaling))
        }
    }

    private func startCommand(_ type: ProcessType, project: ProjectFiles) throws -> StartCommand {
        func property(_ name: String) throws -> [String]? {
            guard let text = try properties("ps").value(name, .app(app)), !text.isEmpty else { return nil }
            return try ShellWords.split(text, what: "ps property \(name)")
        }
        return StartCommand(
            procfile: try project.procfile?.commands[type].map { line in
                try startWords(line, type: type, project: project)
            }, override: try property("start-cmd"), dockerfileOverride: try property("dockerfile-start-cmd"))
    }

    /// A Procfile's line as words, variables filled in from the app's config; the port is the adapter's to fill in.
    func startWords(_ line: String, type: ProcessType, project: ProjectFiles) throws -> [String] {
        let what = "the Procfile's line for \(type)"
        guard project.procfile?.isExpanded != true else { return try ShellWords.split(line, what: what) }
        var values = project.environment
        values["PORT"] = nil
        return try ShellWords.split(ShellWords.fillingIn(line, values), what: what)
    }

    /// What `resource:limit` and `resource:reserve` say of a type; what they say of all types where it is silent.
    func resources(_ owner: String) throws -> Resources {
        let properties = properties("resource")
        var resources = Resources()
        for name in try properties.names(.app(app)) {
            let parts = name.split(separator: ".", maxSplits: 2).map(String.init)
            guard parts.count == 3, let value = try properties.value(name, .app(app)) else { continue }
            guard parts[0] == owner || parts[0] == "_default_" else { continue }
            let isOwn = parts[0] == owner
            if parts[1] == "limit", isOwn || resources.limits[parts[2]] == nil { resources.limits[parts[2]] = value }
            if parts[1] == "reserve", isOwn || resources.reservations[parts[2]] == nil {
                resources.reservations[parts[2]] = value
            }
        }
        return resources
    }

    /// How to tell that an instance of the type is well.
    package func checks(_ type: ProcessType, project: ProjectFiles) throws -> Checks {
        func isListed(_ property: String) throws -> Bool {
            let names = try properties("checks").computed(property, app).split(separator: ",").map(String.init)
            return names.contains("_all_") || names.contains(type.description)
        }
        let mode: Checks.Mode = try isListed("disabled") ? .disabled : isListed("skipped") ? .skipped : .enabled
        return Checks(
            mode: mode, healthchecks: try healthchecks(type, project),
            defaultUptime: try number(.defaultWait, project.environment))
    }

    /// Those of `app.json`; else those of the file that was there before it, which is docker-local's.
    private func healthchecks(_ type: ProcessType, _ project: ProjectFiles) throws -> [Healthcheck] {
        if let written = project.appJSON.healthchecks[type] { return written }
        guard layout.isDokku, type == .web else { return [] }
        return try ChecksFile(layout, app, command: command).checks { name, fallback in
            Int(try properties("checks").computed(name, app)) ?? fallback
        }
    }
}
