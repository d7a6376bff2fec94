using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Exports;

/// <summary>The trial balance of the year to the last day, its figures live sums over the journal's lines.</summary>
internal sealed class TrialBalanceSheet : TrialLines
{
    private static readonly string[] Sides = ["debit", "credit"];

    private readonly SheetPlan _plan;
    private readonly ExportSource _source;
    private readonly RegisterTotals _totals;
    private readonly StatementSpan _span;
    private readonly Words _words;
    private readonly List<(ExportAccount Account, TrialBalanceRow Row)> _rows = [];
    private readonly Dictionary<TrialBalanceRow, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, AccountTotal> _own;
    private readonly ILookup<int?, ExportAccount> _below;

    private TrialBalanceSheet(ExportSource source, RegisterTotals totals, StatementSpan span, SheetPlan plan, Words words)
    {
        (_source, _totals, _span, _plan, _words) = (source, totals, span, plan, words);
        _own = totals.Accounts.ToDictionary(total => total.AccountId);
        _below = LedgerRegisters.Ordered(source.Accounts.Values.Where(account => !account.IsMemorandum && account.Commodity == "CNY"))
            .ToLookup(account => account.ParentId);
        foreach (ExportAccount root in _below[null])
        {
            Add(root, 1);
        }
    }

    /// <summary>The rows of its accounts, by their keys.</summary>
    public static IReadOnlyDictionary<string, int> RowsOf(ExportSource source, RegisterTotals totals, StatementSpan span, Words words)
    {
        TrialBalanceSheet drawn = new(source, totals, span, new SheetPlan(Lives: false, "", 0, "", null, ""), words);
        return drawn._rows.Select((row, at) => (row.Account.Key, Row: TrialBalanceWorkbook.FirstRow + at))
            .ToDictionary(each => each.Key, each => each.Row, StringComparer.Ordinal);
    }

    /// <summary>What draws it, once it is known which sheets there are.</summary>
    public static async Task<Action<IXLWorksheet, KnownValues, SheetPlan>> Of(
        ExportSource source, RegisterTotals totals, StatementSpan span, Words words, CancellationToken ct)
    {
        StatementFunds funds = source.Part is not { } part ? await StatementFunds.Of(source.Work, null, below: true, ct)
            : part.Tops.ToArray() is [var top] ? await StatementFunds.Of(source.Work, top.FundId, below: true, ct)
            : new StatementFunds([.. part.Funds.Select(fund => new StatementFund(fund.FundId, fund.Code, fund.Name, 0))], null, WholeBook: false);
        return (sheet, known, plan) =>
        {
            TrialBalanceSheet drawn = new(source, totals, span, plan, words);
            TrialBalanceWorkbook.DrawOn(sheet, known, drawn.View(funds), words, drawn);
        };
    }

    public override string? Formula(TrialBalanceRow row, int column)
    {
        if (!_plan.Lives)
        {
            return null;
        }

        int at = _places[row];
        ExportAccount account = _rows[at].Account;
        return column switch
        {
            0 => $"MAX(0,ROUND({Opening(account)},2))",
            1 => $"MAX(0,ROUND(-({Opening(account)}),2))",
            2 or 3 => $"ROUND({Sum(account, column, Turnover(account, column))},2)",
            4 or 5 => Cell(column - 2, at),
            6 => $"MAX(0,ROUND({Closing(at)},2))",
            _ => $"MAX(0,ROUND(-({Closing(at)}),2))",
        };
    }

    /// <summary>In the general ledger; of an account that is only the sum of others, where the first of these stands.</summary>
    public override (string Sheet, long Row)? PlaceOf(TrialBalanceRow row)
    {
        ExportAccount[] within = [.. Within(_rows[_places[row]].Account)];
        long at = 2;
        foreach (ExportAccount account in LedgerRegisters.Ordered(_source.Accounts.Values))
        {
            if (!_own.TryGetValue(account.AccountId, out AccountTotal? total))
            {
                continue;
            }

            if (within.Contains(account))
            {
                return (_plan.Ledger, at);
            }

            at += total.Periods;
        }

        return null;
    }

    /// <summary>With what was turned over before, the totals must be the control totals of the cover.</summary>
    public override IEnumerable<(string Formula, string Says)> Ties(int totalRow)
    {
        string yes = _words["export.trial.ties"], no = _words["export.trial.differs"];
        long before = _totals.Debit - _totals.Accounts.Sum(account => account.YearDebit);
        bool ties = _rows.Where(row => row.Row.IsTop).Sum(row => row.Row.Figures.Debit.Units) + before == _totals.Debit;
        if (!_plan.Lives)
        {
            yield return ("", ties ? yes : no);
            yield return ("", _words["export.trial.values", _span.Day]);
            yield break;
        }

        string equal = string.Join(',', Sides.Select((_, side) =>
            string.Create(CultureInfo.InvariantCulture, $"ROUND({Letter(2 + side)}{totalRow}+{Before(side)}-{_plan.Control(side)},2)=0")));
        yield return ($"IF(AND({equal}),\"{yes}\",\"{no}\")", ties ? yes : no);
        yield return ("", _words["export.trial.live", _span.Day]);
    }

    private TrialBalanceView View(StatementFunds funds) => new(
        _source.Facts.Body, _source.Standard, _span.From, _span.To, funds, Level: 9, ByFund: false, ShowZero: false, _source.Work.Now,
        _source.Facts.KnownAt, [.. _rows.Select(row => row.Row)],
        TrialFigures.SumOf([.. _rows.Where(row => row.Row.IsTop).Select(row => row.Row.Figures)]));

    private void Add(ExportAccount account, int level)
    {
        AccountTotal[] all = [.. Within(account).Select(each => _own.GetValueOrDefault(each.AccountId)).OfType<AccountTotal>()];
        TrialFigures figures = TrialFigures.Of(
            all.Sum(each => each.Opening), all.Sum(each => each.YearDebit), all.Sum(each => each.YearCredit), all.Sum(each => each.YearDebit),
            all.Sum(each => each.YearCredit));
        if (figures.IsNothing)
        {
            return;
        }

        TrialBalanceRow row = new(account.Key, account.Code, account.Name, account.Name, level, null, figures);
        _places[row] = _rows.Count;
        _rows.Add((account, row));
        foreach (ExportAccount below in _below[account.AccountId])
        {
            Add(below, level + 1);
        }
    }

    private IEnumerable<ExportAccount> Within(ExportAccount account) => _below[account.AccountId].SelectMany(Within).Prepend(account);

    /// <summary>Debits less credits before the year: the account's own lines and the rows of the accounts right below it.</summary>
    private string Opening(ExportAccount account) => string.Join('+',
        [
            .. _own.ContainsKey(account.AccountId) ? [$"({Before(0, account)}-{Before(1, account)})"] : Array.Empty<string>(),
            .. RowsBelow(account).Select(at => $"{Cell(0, at)}-{Cell(1, at)}"), "0",
        ]);

    private string Closing(int at) => $"{Cell(0, at)}-{Cell(1, at)}+{Cell(2, at)}-{Cell(3, at)}";

    private string Sum(ExportAccount account, int column, string own) => string.Join('+',
        [
            .. _own.ContainsKey(account.AccountId) ? [own] : Array.Empty<string>(),
            .. RowsBelow(account).Select(at => Cell(column, at)), "0",
        ]);

    private IEnumerable<int> RowsBelow(ExportAccount account) =>
        Enumerable.Range(0, _rows.Count).Where(at => _rows[at].Account.ParentId == account.AccountId);

    // The opening balances stand in the journal on the first day of their year.
    private string Before(int side, ExportAccount? account = null) =>
        $"(SUMIFS({Lines(side)}{Of(account)},{Days},\"<\"&{First})+"
        + $"SUMIFS({Lines(side)}{Of(account)},{Days},\">=\"&{First},{Kinds},\"{OpeningKind}\"))";

    private string Turnover(ExportAccount account, int column) =>
        $"SUMIFS({Lines(column - 2)}{Of(account)},{Days},\">=\"&{First})"
        + $"-SUMIFS({Lines(column - 2)}{Of(account)},{Days},\">=\"&{First},{Kinds},\"{OpeningKind}\")";

    private string Lines(int side) => _plan.Journal(side == 0 ? Registers.DebitColumn : Registers.CreditColumn);

    private string Of(ExportAccount? account) => account is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $",{_plan.Journal(Registers.AccountColumn)},{account.AccountId}");

    private string Days => _plan.Journal(Registers.DayColumn);

    private string Kinds => _plan.Journal(Registers.KindColumn);

    private string First => string.Create(CultureInfo.InvariantCulture, $"DATE({_span.Year},1,1)");

    private string OpeningKind => _words.Show(VoucherKind.Opening);

    private static string Cell(int column, int at) =>
        string.Create(CultureInfo.InvariantCulture, $"{Letter(column)}{TrialBalanceWorkbook.FirstRow + at}");

    private static string Letter(int column) => XLHelper.GetColumnLetterFromNumber(TrialBalanceWorkbook.FirstFigure + column);
}
