import JSONDocument
import Testing

@testable import Kubernetes

/// The examples of RFC 6902, appendix A, and what else can be wrong.
struct JSONPatchTests {
    private func patched(_ document: String, _ operations: String) throws -> JSONValue {
        let list = try #require(JSONValue(parsing: Array(operations.utf8)).items)
        return try JSONPatch(list).applied(to: JSONValue(parsing: Array(document.utf8)))
    }

    @Test(arguments: [
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
        (
            #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            #"{"foo":["bar","qux","baz"]}"#
        ),
        (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        (
            #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#
        ),
        (
            #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#
        ),
        (
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"child":{"grandchild":{}},"foo":"bar"}"#
        ),
        (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc"]}]"#, #"{"foo":["bar",["abc"]]}"#),
        (#"{"a/b":{"m~n":1}}"#, #"[{"op":"copy","from":"/a~1b/m~0n","path":"/c"}]"#, #"{"a/b":{"m~n":1},"c":1}"#),
        (#"{"foo":["a","b"]}"#, #"[{"op":"replace","path":"/foo/0","value":"c"}]"#, #"{"foo":["c","b"]}"#),
        (#"{"a":{"b":[{"c":1}]}}"#, #"[{"op":"remove","path":"/a/b/0/c"}]"#, #"{"a":{"b":[{}]}}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
    ])
    func operations(_ document: String, _ operations: String, _ expected: String) throws {
        #expect(try patched(document, operations).compact == expected)
    }

    @Test(arguments: [
        (#"[{"op":"test","path":"/baz","value":"bar"}]"#, "the value there is another"),
        (#"[{"op":"add","path":"/nope/bat","value":1}]"#, "there is no 'nope'"),
        (#"[{"op":"remove","path":"/nope"}]"#, "there is no 'nope'"),
        (#"[{"op":"replace","path":"/nope","value":1}]"#, "there is no 'nope'"),
        (#"[{"op":"add","path":"/list/3","value":1}]"#, "no item 3"),
        (#"[{"op":"add","path":"/list/01","value":1}]"#, "no place in a list"),
        (#"[{"op":"remove","path":"/list/-"}]"#, "no place in a list"),
        (#"[{"op":"add","path":"/baz/x","value":1}]"#, "single value"),
        (#"[{"op":"remove","path":""}]"#, "whole document"),
        (#"[{"op":"move","from":"/map","path":"/map/in"}]"#, "into itself"),
        (#"[{"op":"add","path":"baz","value":1}]"#, "does not begin with"),
        (#"[{"op":"add","path":"/baz"}]"#, "needs a value"),
        (#"[{"op":"copy","path":"/baz"}]"#, "needs from"),
        (#"[{"op":"merge","path":"/baz"}]"#, "is not add, remove"),
        (#"[{"path":"/baz"}]"#, "no op"),
        (#"[{"op":"add"}]"#, "no path"),
    ])
    func whatDoesNotFitIsNamed(_ operations: String, _ words: String) throws {
        let second = #"[{"op":"test","path":"/baz","value":"qux"},"# + operations.dropFirst()
        let problem = #expect(throws: JSONPatch.Problem.self) {
            try patched(#"{"baz":"qux","list":["a","b"],"map":{"in":1}}"#, second)
        }
        #expect(problem?.operation == 2 && problem?.text.contains(words) == true, "\(String(describing: problem))")
    }
}
