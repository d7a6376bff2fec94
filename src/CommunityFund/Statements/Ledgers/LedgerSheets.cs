using CommunityFund.Books;
using CommunityFund.Ledger;
using Kind = CommunityFund.Statements.SheetColumnKind;

namespace CommunityFund.Statements;

/// <summary>How each ledger is laid out as a sheet.</summary>
public static class LedgerSheets
{
    /// <summary>明细账 or day book.</summary>
    public static LedgerSheet Sheet(this AccountLedgerView view, Words words)
    {
        Drawing draw = new(words);
        string file = words[view.Daily ? "ledger.day-book" : "ledger.account"];
        bool whole = view is { Before: null, After: null };
        AccountLine[] lines = [.. view.Lines];
        return new LedgerSheet(
            draw.Title($"{file} {view.Account}", view.Tag), $"{file}-{view.Account.Code}", view.Head,
            draw.Columns((Kind.Day, "day", 11), (Kind.Voucher, "voucher", 9), (Kind.Words, "narrative", 30),
                (Kind.Name, "fund", 18), (Kind.Name, "counter", 22), (Kind.Money, "debit", 14), (Kind.Money, "credit", 14),
                (Kind.Side, "stands", 5), (Kind.Balance, "balance", 15)),
            [.. view.Rows.Select(Row)],
            [
                .. whole ? [] : new[] { Foot("ledger.page-total", Sum(Side.Debit), Sum(Side.Credit), ["", ""]) },
                Foot("ledger.range-total", view.Debit, view.Credit, draw.Stands(view.Closing)),
            ]);

        SheetRow Row(AccountRow row) => row.Line is { } line
            ? new SheetRow(SheetRowKind.Line,
            [
                words.Show(line.Day), draw.Voucher(line.Series, line.Number, line.VoucherId),
                new SheetCell(line.Narrative, Note: line.Account == view.Account ? null : line.Account.ToString()),
                line.Fund.Name, words.Show(line.Counters), new SheetCell(Amount: row.Debit), new SheetCell(Amount: row.Credit),
                .. draw.Stands(row.Balance),
            ])
            : new SheetRow(row.Debit is null ? SheetRowKind.Carried : SheetRowKind.Total,
            [
                row.Day is { } day ? words.Show(day) : row.Debit is null ? "" : words.Show(new PeriodNumber(row.Period)),
                "", words.Show(row.Kind), "", "", new SheetCell(Amount: row.Debit), new SheetCell(Amount: row.Credit),
                .. draw.Stands(row.Balance),
            ]);

        SheetRow Foot(string label, Amount debit, Amount credit, IReadOnlyList<SheetCell> stands) => new(SheetRowKind.Total,
            ["", "", words[label].Value, "", "", new SheetCell(Amount: debit), new SheetCell(Amount: credit), .. stands]);

        Amount Sum(Side side) => lines.Where(line => line.Side == side).Aggregate(Amount.Fen(0), (sum, line) => sum + line.Amount);
    }

    /// <summary>序时账.</summary>
    public static LedgerSheet Sheet(this JournalView view, Words words)
    {
        Drawing draw = new(words);
        string file = words["ledger.journal"];
        return new LedgerSheet(
            draw.Title(view.Account is null ? file : $"{file} {view.Account}", view.Tag), file, view.Head,
            draw.Columns((Kind.Day, "position", 8), (Kind.Day, "day", 11), (Kind.Voucher, "voucher", 9),
                (Kind.Words, "narrative", 34),
                (Kind.Name, "account", 24), (Kind.Name, "fund", 20), (Kind.Money, "debit", 15), (Kind.Money, "credit", 15)),
            [
                .. view.Lines.Select(line => new SheetRow(SheetRowKind.Line,
                [
                    words.Show(line.Place.EntryNo), words.Show(line.Place.Day),
                    draw.Voucher(line.Series, line.Number, line.VoucherId), line.Narrative,
                    new SheetCell(line.Account.ToString(), Link: new SheetLink(Account: line.AccountKey)),
                    line.Fund.Name, Side(line.Debit), Side(line.Credit),
                ])),
            ],
            [
                new SheetRow(SheetRowKind.Total,
                [
                    "", "", "", words[view is { Before: null, After: null } ? "ledger.total" : "ledger.page-total"].Value, "", "",
                    new SheetCell(Amount: view.Debit), new SheetCell(Amount: view.Credit),
                ]),
            ]);

        static SheetCell Side(Amount amount) => amount.IsZero ? SheetCell.Nothing : new SheetCell(Amount: amount);
    }

    /// <summary>总账.</summary>
    public static LedgerSheet Sheet(this GeneralLedgerView view, Words words)
    {
        Drawing draw = new(words);
        string file = words["ledger.general"];
        return new LedgerSheet(file, file, view.Head,
            draw.Columns((Kind.Name, "account", 30), (Kind.Day, "period", 12), (Kind.Words, "narrative", 14),
                (Kind.Money, "debit", 17), (Kind.Money, "credit", 17), (Kind.Side, "stands", 6), (Kind.Balance, "balance", 17)),
            [.. view.Accounts.SelectMany(account => account.Rows.Select((row, at) => Row(account, row, at == 0)))], []);

        SheetRow Row(GeneralAccount account, AccountRow row, bool first) => new(first ? SheetRowKind.Carried : SheetRowKind.Line,
        [
            first ? new SheetCell(account.Account.ToString(), Link: new SheetLink(Account: account.Key)) : "",
            row.Debit is null ? "" : new SheetCell(words.Show(new PeriodNumber(row.Period)),
                Link: row.Kind == AccountRowKind.MonthTotal ? new SheetLink(Account: account.Key, Period: row.Period) : null),
            words.Show(row.Kind), new SheetCell(Amount: row.Debit), new SheetCell(Amount: row.Credit), .. draw.Stands(row.Balance),
        ]);
    }

    /// <summary>辅助账.</summary>
    public static LedgerSheet Sheet(this SubLedgerView view, Words words)
    {
        Drawing draw = new(words);
        string file = words[$"ledger.sub.{Codes.Kebab(view.By)}"];
        return new LedgerSheet(view.Account is null ? file : $"{file} {view.Account}", file, view.Head,
            draw.Columns((Kind.Name, $"of.{Codes.Kebab(view.By)}", 24), (Kind.Name, "account", 28),
                (Kind.Side, "opening-stands", 6), (Kind.Balance, "opening", 16), (Kind.Money, "debit", 16), (Kind.Money, "credit", 16),
                (Kind.Side, "closing-stands", 6),
                (Kind.Balance, "closing", 16)),
            [
                .. view.Rows.Select(row => new SheetRow(SheetRowKind.Line,
                [
                    row.Name ?? words["ledger.project-number", row.Id].Value,
                    new SheetCell(row.Account.ToString(), Link: new SheetLink(
                        Account: row.AccountKey, Fund: view.By == SubLedgerBy.Fund ? row.Id : null,
                        Counterparty: view.By == SubLedgerBy.Counterparty ? row.Id : null,
                        Project: view.By == SubLedgerBy.Project ? row.Id : null)),
                    .. draw.Stands(row.Opening), new SheetCell(Amount: row.Debit), new SheetCell(Amount: row.Credit),
                    .. draw.Stands(row.Closing),
                ])),
            ],
            [
                new SheetRow(SheetRowKind.Total,
                [
                    words[view.Total > view.Size ? "ledger.page-total" : "ledger.total"].Value, "", "", "",
                    new SheetCell(Amount: Sum(row => row.Debit)), new SheetCell(Amount: Sum(row => row.Credit)), "", "",
                ]),
            ]);

        Amount Sum(Func<SubLedgerRow, Amount> of) => view.Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + of(row));
    }

    private sealed class Drawing(Words words)
    {
        public IReadOnlyList<SheetColumn> Columns(params IEnumerable<(Kind Kind, string Name, int Width)> columns) =>
            [.. columns.Select(column => new SheetColumn(words[$"ledger.column.{column.Name}"], column.Kind, column.Width))];

        public SheetCell Voucher(string series, int number, long voucher) =>
            new($"{words.Show(new Term($"term.Series.{series}"))}-{words.Show(number)}", Link: new SheetLink(Voucher: voucher));

        public string Title(string title, LedgerTagName? tag) => (tag?.Counterparty, tag?.Project) switch
        {
            ({ } counterparty, _) => $"{title} · {words.Show(counterparty)}",
            (_, { } project) => $"{title} · {words["ledger.project-number", project]}",
            _ => title,
        };

        public IReadOnlyList<SheetCell> Stands(Amount net) =>
        [
            words[net.IsZero ? "ledger.even" : net.IsNegative ? "ledger.credit-short" : "ledger.debit-short"].Value,
            new SheetCell(Amount: net.IsNegative ? -net : net),
        ];
    }
}
