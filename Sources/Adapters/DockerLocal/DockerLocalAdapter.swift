import APIClient
import AdapterKit
import DockerEngine
import LocalImages

/// Runs apps as containers of one Docker Engine, through its API.
struct DockerLocalAdapter: Adapter {
    let settings: DockerLocalSettings
    let context: AdapterContext
    let connection: EngineConnection

    /// Opens no connection yet.
    init(_ context: AdapterContext) throws {
        settings = try DockerLocalSettings(context.settings, origin: context.origin)
        self.context = context
        connection = EngineConnection(
            endpoint: try Self.endpoint(context), clock: context.clock, trace: context.trace)
    }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let engine = try await connection.engine()
        let plan = try await containerPlan(deployment, engine: engine)
        for warning in plan.warnings { await console.report(.warning(warning)) }
        return try await ContainerRollout(
            plan: plan, app: deployment.app, engine: engine, console: console, routes: deployment.routes,
            context: context
        ).carryOut()
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("stop \(app.name)") {
            let containers = ours(try await engine.send(.containers(["label": ["\(Label.app)=\(app.name)"]])), of: app)
            try await eachAtOnce(containers) { container in
                if container.isRunning || container.State == "restarting" {
                    try await engine.send(.disableRestart(container.Id))
                    try await engine.send(.stopContainer(container.Id, seconds: app.stopTimeout))
                }
                if removing { try await engine.send(.removeContainer(container.Id)) }
            }
        }
    }

    func remove(_ app: App, console: any Console) async throws {
        try await stop(app, removing: true, console: console)
    }

    func status(of app: App) async throws -> AppStatus {
        guard !app.live.isEmpty else { return AppStatus(states: []) }
        let engine = try await connection.engine()
        let containers = try await EngineTrouble.translating("ask for the state of \(app.name)") {
            try await engine.send(.containers(.deployed(app.name)))
        }
        let byID = Dictionary(containers.map { ($0.Id, $0) }) { first, _ in first }
        return AppStatus(
            states: app.live.sorted { $0.name < $1.name }.map { instance in
                let container = byID[instance.id]
                return InstanceState(
                    name: instance.name, id: instance.id, state: container?.State ?? "missing",
                    isRunning: container?.isRunning ?? false)
            })
    }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("read the logs of \(app.name)") {
            try await LogReader(engine: engine, query: query, console: console).read(app)
        }
    }

    /// Those of `containers` that this host made or recorded.
    func ours(_ containers: [ContainerSummary], of app: App?) -> [ContainerSummary] {
        let recorded = Set(app?.live.map(\.id) ?? [])
        return containers.filter {
            settings.origin.isEmpty || $0.Labels[Label.origin] == settings.origin || recorded.contains($0.Id)
        }
    }

    /// The facts that a plan needs, asked for once each, and the plan.
    func containerPlan(_ deployment: Deployment, engine: DockerEngine) async throws -> ContainerPlan {
        let running =
            try await deployment.keepsRunning
            ? engine.send(.containers(.deployed(deployment.app.name))).filter(\.isRunning).map(\.Id) : []
        return try await ContainerPlan(
            deployment, image: imageFacts(deployment.image, engine: engine),
            engineArchitecture: engine.architecture(), settings: settings, running: Set(running))
    }

    func imageFacts(_ image: ReleaseImage, engine: DockerEngine) async throws -> ImageFacts {
        do {
            let details = try await engine.send(.inspectImage(image.local.description))
            return ImageFacts(details, buildpackUser: image.buildpackUser)
        } catch let failure as APIFailure where failure.status == 404 {
            throw AdapterError(
                .imageUnavailable, "App image (\(image.local)) not found",
                details: ["the Docker Engine at \(engine.endpoint.name) has no image of that name"],
                hint: "docker image ls")
        } catch {
            throw EngineTrouble.translate(error, while: "inspect image \(image.local)")
        }
    }

    private static func endpoint(_ context: AdapterContext) throws -> APIEndpoint {
        let host = context.variables["DOCKER_HOST"]
        do {
            return try EngineAddress.endpoint(
                host: host, verifyTLS: context.variables["DOCKER_TLS_VERIFY"]?.isEmpty == false,
                certificateFolder: context.variables["DOCKER_CERT_PATH"], readFile: context.readFile)
        } catch EngineAddress.Problem.scheme(let text) {
            throw AdapterError(
                .invalidSettings,
                "DOCKER_HOST '\(Redaction.withoutUserInfo(text))' is no address of a Docker Engine",
                hint: "set it to unix:///path/to/docker.sock or tcp://host:port")
        } catch EngineAddress.Problem.longPath(let path) {
            throw AdapterError(
                .invalidSettings, "DOCKER_HOST names a socket whose path is longer than 107 bytes: \(path)",
                hint: "move the socket, or set a link to it")
        }
    }
}

extension EngineFilters {
    /// The containers that deploys made for `app`, or for all apps.
    static func deployed(_ app: AppName?) -> EngineFilters {
        ["label": [app.map { "\(Label.app)=\($0)" } ?? Label.app, "\(Label.containerType)=deploy"]]
    }

    /// The containers of an app's one-off tasks, or of all apps'.
    static func tasks(_ app: AppName?, _ type: Label.ContainerType) -> EngineFilters {
        ["label": [app.map { "\(Label.app)=\($0)" } ?? Label.app, "\(Label.containerType)=\(type.rawValue)"]]
    }
}
