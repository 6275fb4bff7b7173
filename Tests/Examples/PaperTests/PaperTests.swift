import AdapterKit
import Conformance
import PaperAdapter
import Testing

@Test(arguments: Suite.all) func paperKeepsItsPromises(_ promise: ConformanceCase) async {
    let outcome = await Runner(Subject(.paper)).outcome(of: promise)
    #expect(outcome.isFine, "\(outcome.promise) \(outcome.reason)")
}
