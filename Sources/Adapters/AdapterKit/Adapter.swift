/// A scheduler, seen from Dokku: it brings a release up, tells how it fares, and takes it down.
///
/// These five calls are required; everything else a scheduler can do is a role of its own (see ``TaskRunning`` and
/// its neighbours), declared in the ``Manifest`` too. A thrown error always means that the adapter could not do its
/// part; a workload's own failure is a result. All calls are cancelled by cancelling their task.
public protocol Adapter: Sendable {
    /// Makes the scheduler run exactly `deployment`, whole or not at all.
    ///
    /// Returns once every instance of every process type is verified. If one is not, or the task is cancelled,
    /// everything this call made is removed again and what ran before is untouched.
    /// - Throws: ``AdapterError``, with the failed instances in it where there are some; `CancellationError`.
    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout

    /// Stops every instance of `app`, one-off tasks included.
    /// - Parameter removing: leave no workload of the app behind. Nothing to stop is no error.
    func stop(_ app: App, removing: Bool, console: any Console) async throws

    /// Deletes all that ``deploy(_:console:)`` ever made for `app`. Nothing to delete is no error.
    func remove(_ app: App, console: any Console) async throws

    /// What runs now.
    func status(of app: App) async throws -> AppStatus

    /// Copies log lines to `console` until they end; with `query.follow` until the task is cancelled.
    func logs(of app: App, matching query: LogQuery, console: any Console) async throws
}
