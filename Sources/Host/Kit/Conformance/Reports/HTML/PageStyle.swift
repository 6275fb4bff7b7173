/// How a report looks.
enum PageStyle {
    static let sheet: Markup = """
        :root {
          --paper: #fbfaf7; --card: #ffffff; --ink: #1d2125; --soft: #59616b; --line: #e2dfd8; --tint: #f3f1ec;
          --good: #17693f; --good-tint: #e4f2e9; --gap: #7a5200; --gap-tint: #fbf0d9; --bad: #a8231a; --bad-tint: #fbe6e3;
          --idle: #b9bec5; --gap-bar: #dfb35c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #15171a; --card: #1c1f23; --ink: #e7e7e3; --soft: #a2a9b2; --line: #30353b; --tint: #22262b;
            --good: #6ed39d; --good-tint: #173526; --gap: #ecc27a; --gap-tint: #3a2e15; --bad: #ff9d90; --bad-tint: #43201c;
            --idle: #555c65; --gap-bar: #8f6f2f;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        main { max-width: 1040px; margin: 0 auto; padding: 56px 32px 96px; }
        h1, h2, h3, p, dl, dd, ul, ol, pre, figure { margin: 0; padding: 0; }
        h1 { font-size: 34px; line-height: 1.2; letter-spacing: -0.015em; font-weight: 650; text-wrap: balance; }
        h2 { font-size: 21px; line-height: 1.3; letter-spacing: -0.005em; font-weight: 650; }
        h3 { font-size: 17px; line-height: 1.4; font-weight: 650; }
        section { margin-top: 56px; }
        section > h2 + p { color: var(--soft); margin-top: 4px; max-width: 68ch; }
        code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; }
        small { font-size: 13px; color: var(--soft); font-weight: 400; }
        .soft { color: var(--soft); }
        .good { color: var(--good); } .gap { color: var(--gap); } .bad { color: var(--bad); }
        .kicker { font-size: 14px; color: var(--soft); margin-bottom: 10px; }
        .lead { font-size: 18px; color: var(--soft); margin-top: 10px; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px; margin-top: 32px; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 24px; }
        .verdict { display: inline-block; margin-top: 12px; padding: 3px 12px; border-radius: 99px; font-weight: 600; font-size: 15px; }
        .verdict.good { background: var(--good-tint); } .verdict.gap { background: var(--gap-tint); } .verdict.bad { background: var(--bad-tint); }
        .why { margin-top: 8px; color: var(--soft); font-size: 15px; }
        .bar { display: flex; height: 8px; margin: 20px 0 8px; border-radius: 4px; overflow: hidden; background: var(--tint); gap: 2px; }
        .bar i { display: block; min-width: 3px; background: var(--idle); }
        .bar .good { background: var(--good); } .bar .gap { background: var(--gap-bar); } .bar .bad { background: var(--bad); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; font-size: 15px; margin-top: 20px; }
        dt { color: var(--soft); } dd { overflow-wrap: anywhere; min-width: 0; }
        .scroll { overflow-x: auto; margin-top: 20px; }
        table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 9px 16px 9px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        thead th { font-weight: 600; font-size: 14px; line-height: 1.35; vertical-align: bottom; }
        thead small { display: block; }
        tbody th { font-weight: 500; }
        tbody b { font-weight: 500; } tbody b.bad { font-weight: 700; }
        tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
        .matrix tbody th, .matrix thead th:first-child, .matrix tfoot th { position: sticky; left: 0; background: var(--paper); }
        td small { white-space: nowrap; }
        .trouble { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 8px; padding: 20px 24px; margin-top: 20px; }
        .trouble .soft { font-size: 15px; }
        .trouble h4 { margin: 18px 0 4px; font-size: 13px; font-weight: 600; color: var(--soft); }
        .trouble pre { background: var(--tint); border-radius: 6px; padding: 12px 14px; max-height: 24em; overflow-y: auto; }
        .trouble pre.reason { background: var(--bad-tint); }
        h3 code, .name code { font-size: 0.93em; overflow-wrap: anywhere; }
        .fine { color: var(--good); margin-top: 8px; }
        .times { list-style: none; margin-top: 20px; font-size: 15px; }
        .times li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(60px, 4fr) 64px; gap: 16px; align-items: center; padding: 6px 0; }
        .times code { overflow-wrap: anywhere; }
        .times .track { height: 6px; border-radius: 3px; background: var(--tint); overflow: hidden; }
        .times .track i { display: block; height: 100%; background: var(--idle); border-radius: 3px; }
        .times b { font-weight: 500; text-align: right; font-variant-numeric: tabular-nums; }
        details { border-bottom: 1px solid var(--line); }
        details:first-of-type { border-top: 1px solid var(--line); margin-top: 20px; }
        summary { cursor: pointer; padding: 12px 0; display: flex; gap: 12px; align-items: baseline; list-style: none; }
        summary::-webkit-details-marker { display: none; }
        summary::before { content: "+"; width: 1em; color: var(--soft); font-weight: 600; }
        details[open] > summary::before { content: "–"; }
        summary:focus-visible { outline: 2px solid var(--gap); outline-offset: 2px; border-radius: 4px; }
        summary b { font-weight: 600; min-width: 7em; }
        .cases { list-style: none; padding-bottom: 16px; }
        .cases li { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 16px; padding: 9px 0 9px 28px; }
        .marks { display: flex; gap: 6px; padding-top: 2px; }
        .mark { width: 20px; height: 20px; border-radius: 50%; font-size: 12px; line-height: 20px; text-align: center; font-weight: 700; background: var(--tint); color: var(--soft); }
        .mark.good { background: var(--good-tint); color: var(--good); }
        .mark.gap { background: var(--gap-tint); color: var(--gap); }
        .mark.bad { background: var(--bad-tint); color: var(--bad); }
        .name { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
        .note { font-size: 14px; color: var(--soft); overflow-wrap: anywhere; }
        .legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin-top: 14px; font-size: 14px; color: var(--soft); }
        .legend > span { display: inline-flex; gap: 8px; align-items: center; }
        .command { background: var(--tint); border-radius: 6px; padding: 12px 14px; margin-top: 12px; }
        @media (max-width: 640px) {
          main { padding: 32px 18px 64px; }
          h1 { font-size: 27px; }
          section { margin-top: 44px; }
          .lead { font-size: 17px; }
          .card, .trouble { padding: 18px; }
          dl { gap: 6px 14px; }
          .times li { grid-template-columns: minmax(0, 1fr) 64px; gap: 2px 12px; }
          .times .track { grid-row: 2; grid-column: 1 / -1; }
          .cases li { padding-left: 0; gap: 12px; }
          summary { flex-wrap: wrap; gap: 2px 10px; }
          th, td { padding-right: 14px; }
          .matrix th, .matrix td { white-space: nowrap; padding-right: 12px; }
          .matrix td small { display: block; white-space: normal; min-width: 62px; line-height: 1.35; }
        }
        @media print {
          body { background: none; } main { max-width: none; padding: 0; }
          .card, .trouble, .cases li { break-inside: avoid; }
        }
        """
}
