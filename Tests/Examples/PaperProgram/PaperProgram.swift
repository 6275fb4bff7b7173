import AdapterKit
import AdapterProgram
import PaperAdapter

@main
struct PaperProgram {
    static func main() async { await AdapterMain.run(.paper) }
}
