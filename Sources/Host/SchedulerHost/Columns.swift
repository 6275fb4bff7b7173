/// Rows of cells as docker sets a table: three blanks after the widest cell, and no column narrower than ten.
enum Columns {
    static func lines(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            max(10, (rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0) + 3)
        }
        return rows.map { row in
            zip(row, widths).dropLast().map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined()
                + (row.last ?? "")
        }
    }
}
