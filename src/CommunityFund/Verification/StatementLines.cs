using System.Diagnostics.CodeAnalysis;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Verification;

/// <summary>The lines of the log as statements count them: by account, fund and marks, memoranda too.</summary>
/// <param name="basis">Of which days the statements of the workbook are; null if it has none.</param>
internal sealed class StatementLines(StatementBasis? basis, SheetBooks books)
{
    private readonly Dictionary<Marks, Moved> _moved = [];
    private FormChart? _chart;
    private IReadOnlyList<CubeCell>? _cells;

    /// <summary>Whether a statement is of these days.</summary>
    public bool IsOf(StatementBasis other) => basis is not null && other.From == basis.From && other.To == basis.To && other.Day == basis.Day
        && other.Standard == basis.Standard;

    public void Add(CanonicalEntry entry)
    {
        if (basis is null || entry.Period > basis.To || (entry.Period == basis.To && entry.OccurredOn > basis.Day))
        {
            return;
        }

        int year = basis.To / 100 * 100;
        foreach (CanonicalLine line in entry.Lines.Where(line => line.Commodity == "CNY"))
        {
            Marks key = new(line.Account ?? "", line.Fund ?? "", line.Restriction, line.CashFlow, line.Movement, line.ProjectClass);
            if (!_moved.TryGetValue(key, out Moved? moved))
            {
                _moved[key] = moved = new Moved();
            }

            moved.Add(line.Side == "D", line.Units, isBeforeYear: entry.Period <= year, isBefore: entry.Period < basis.From,
                isLastYear: entry.Period > year - 100 && entry.Period < year);
        }
    }

    /// <summary>The statement drawn anew; null if its layout is not the one that this program has.</summary>
    public FormView? Draw(StatementBasis of, string body)
    {
        IReadOnlyList<StatementLayout> layouts = Standards.Find(of.Standard) is null ? [] : StatementLayouts.Shipped(of.Standard);
        if (StatementBasis.DigestOf(of.Standard, layouts) != of.Layouts || layouts.FirstOrDefault(layout => layout.Key == of.Form) is not { } form
            || (of.Fund.Length > 0 && !books.Funds.ContainsKey(of.Fund)))
        {
            return null;
        }

        FundTree tree = new(books);
        StatementFund? root = of.Fund.Length == 0 ? null : tree.All.First(fund => fund.Code == of.Fund);
        LedgerHead head = new(body, LedgerRange.OfCalendar(of.From, of.To, of.Day),
            new StatementFunds(root is null ? tree.All : [root], root, WholeBook: root is null), Instant.MinValue, 0, 0);
        _chart ??= ChartOf(of.Standard);
        _cells ??= [.. Cells(_chart, tree)];
        CubeCell[] cells = [.. _cells.Where(cell => root is null || cell.FundId == root.FundId)];
        return StatementSet.Over(head, _chart, layouts, cells, of.HasLastYear).Draw(form);
    }

    /// <summary>Whether an account is of the statutory chart: memoranda and those that count hours or points are not.</summary>
    public bool IsStatutory(SheetAccount account) =>
        CountsMoney(account.Key, basis?.Standard ?? "", out StandardAccount? standing) && standing.Class != AccountClass.Memorandum;

    private static bool CountsMoney(string key, string standard, [NotNullWhen(true)] out StandardAccount? standing)
    {
        standing = Standing(key, standard);
        return standing is not null && standing.Commodity == Commodity.Cny;
    }

    /// <summary>What the standards say of an account; one that the foundation added is what it stands below.</summary>
    private static StandardAccount? Standing(string key, string standard)
    {
        for (string at = key; at.Length > 0; at = at.LastIndexOf('.') is > 0 and var dot ? at[..dot] : "")
        {
            string sought = at;
            if (Standards.All.OrderByDescending(each => each.Key == standard).ThenByDescending(each => each.Key, StringComparer.Ordinal)
                .SelectMany(each => each.Accounts).FirstOrDefault(account => account.Key == sought) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private FormChart ChartOf(string standard)
    {
        Dictionary<string, SheetAccount> byCode = books.Accounts.Values.Where(account => account.Code is not null)
            .DistinctBy(account => account.Code).ToDictionary(account => account.Code!, StringComparer.Ordinal);
        return FormChart.Of(standard,
        [
            .. from account in books.Accounts.Values.DistinctBy(account => account.Key)
               let standing = Standing(account.Key, standard)
               where standing is not null && standing.Commodity == Commodity.Cny && account.Id <= int.MaxValue
               let above = byCode.GetValueOrDefault(account.Above)
               select new FormChart.Row((int)account.Id, above is null || above == account ? null : (int)above.Id, account.Key, account.Code ?? "",
                   account.Name ?? "", account.Name ?? "", Codes.Kebab(standing.Class), Codes.Kebab(standing.Role), Codes.Of(standing.NormalSide)),
        ]);
    }

    private IEnumerable<CubeCell> Cells(FormChart chart, FundTree tree)
    {
        Dictionary<string, int> accounts = books.Accounts.Values.DistinctBy(account => account.Key)
            .Where(account => CountsMoney(account.Key, chart.Standard, out _) && account.Id <= int.MaxValue)
            .ToDictionary(account => account.Key, account => (int)account.Id, StringComparer.Ordinal);
        Dictionary<string, int> funds = tree.All.ToDictionary(fund => fund.Code, fund => fund.FundId, StringComparer.Ordinal);
        foreach (var (key, moved) in _moved)
        {
            if (accounts.TryGetValue(key.Account, out int account))
            {
                yield return moved.Cell(account, funds.GetValueOrDefault(key.Fund), key.Restriction, key.CashFlow, key.Movement, key.ProjectClass)
                    .Named(chart.ById(account), key.Fund);
            }
        }
    }

    /// <summary>Funds in the order of the tree.</summary>
    private sealed class FundTree
    {
        private readonly ILookup<string, SheetFund> _below;
        private readonly List<StatementFund> _all = [];

        public FundTree(SheetBooks books)
        {
            _below = books.Funds.Values.OrderBy(fund => fund.Code, StringComparer.Ordinal).ToLookup(fund => fund.Above, StringComparer.Ordinal);
            Add("", 0);
        }

        public IReadOnlyList<StatementFund> All => _all;

        private void Add(string above, int depth)
        {
            WorkbookFile.Must(depth < 20);
            foreach (SheetFund fund in _below[above])
            {
                _all.Add(new StatementFund(_all.Count + 1, fund.Code, fund.Name ?? "", depth));
                Add(fund.Code, depth + 1);
            }
        }
    }

    private sealed class Moved
    {
        private long _opening, _before, _spanDebit, _spanCredit, _yearDebit, _yearCredit, _lastYear;

        public void Add(bool isDebit, long units, bool isBeforeYear, bool isBefore, bool isLastYear)
        {
            checked
            {
                long net = isDebit ? units : -units;
                _opening += isBeforeYear ? net : 0;
                _before += isBefore ? net : 0;
                _lastYear += isLastYear ? net : 0;
                _spanDebit += isDebit && !isBefore ? units : 0;
                _spanCredit += !isDebit && !isBefore ? units : 0;
                _yearDebit += isDebit && !isBeforeYear ? units : 0;
                _yearCredit += !isDebit && !isBeforeYear ? units : 0;
            }
        }

        public CubeCell Cell(int account, int fund, string restriction, string flow, string movement, string projectClass) => new(
            account, fund, restriction, flow, movement, projectClass, 0, _opening, _before, _spanDebit, _spanCredit, _yearDebit, _yearCredit,
            _lastYear);
    }

    /// <summary>Everything that the formulas of a statement can tell apart.</summary>
    private readonly record struct Marks(
        string Account, string Fund, string Restriction, string CashFlow, string Movement, string ProjectClass);
}
