import Synchronization

/// A value that several tasks look at.
package final class Synchronized<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) { state = Mutex(value) }

    package var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Changes the value; nobody else sees it meanwhile.
    package func update<Result: Sendable>(_ change: (inout Value) -> Result) -> Result {
        state.withLock { value in
            let result = change(&value)
            return result
        }
    }
}
