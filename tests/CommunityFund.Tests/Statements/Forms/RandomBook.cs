using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements;

/// <summary>Balanced entries over two years, made up by chance: gifts, expenses, debts, advances, transfers, releases, prior years, money
/// held for others, opening, conversion, and closings of some months but not of all.</summary>
internal sealed class RandomBook
{
    private const int LastYear = 2025, Year = 2026, To = 202609;
    private static readonly string[] Funds = ["F00", "F01", "F02"];
    private readonly Standard _standard;
    private readonly Random _chance;
    private readonly List<Line> _lines = [];

    public RandomBook(Standard standard, int seed)
    {
        (_standard, _chance) = (standard, new Random(seed));
        IsRestrictedExpense = standard.Account("programme-cost").NeedsRestriction;
        Open();
        int from = _chance.Next(1, 10);
        From = (Year * 100) + from;
        foreach (int period in Enumerable.Range((LastYear * 100) + 1, 12).Concat(Enumerable.Range((Year * 100) + 1, To % 100)))
        {
            for (int i = _chance.Next(1, 6); i > 0; i--)
            {
                Happen(period);
            }

            if (period / 100 == LastYear ? period == (LastYear * 100) + 12 || _chance.Next(2) == 0 : period < To && _chance.Next(2) == 0)
            {
                Close(period);
            }
        }
    }

    private bool IsRestrictedExpense { get; }

    private int From { get; }

    private long Fen => _chance.NextInt64(-50_000, 5_000_000) is var fen and not 0 ? fen : 1;

    /// <summary>What a cube holds of these lines.</summary>
    public IReadOnlyList<CubeCell> Cells() =>
    [
        .. _lines.Where(line => line.Period <= To).GroupBy(line => (line.Account, line.Fund, line.Restriction, line.Flow, line.Movement, line.Class))
            .Select(same => new CubeCell(
                1, 1, same.Key.Restriction, same.Key.Flow, same.Key.Movement, same.Key.Class, 0,
                Net(same.Where(line => line.Period <= Year * 100)), Net(same.Where(line => line.Period < From)),
                Of(same.Where(line => line.Period >= From), Side.Debit), Of(same.Where(line => line.Period >= From), Side.Credit),
                Of(same.Where(line => line.Period > Year * 100), Side.Debit), Of(same.Where(line => line.Period > Year * 100), Side.Credit),
                Net(same.Where(line => line.Period > LastYear * 100 && line.Period < Year * 100)))
            .Named(AccountOf(same.Key.Account), same.Key.Fund)),
    ];

    private static long Net(IEnumerable<Line> lines) => lines.Sum(line => line.Side == Side.Debit ? line.Units : -line.Units);

    private static long Of(IEnumerable<Line> lines, Side side) => lines.Where(line => line.Side == side).Sum(line => line.Units);

    private FormAccount AccountOf(string key)
    {
        StandardAccount account = _standard.Account(key);
        return new FormAccount(key, account.ParentKey, account.Class, account.Role, account.NormalSide);
    }

    private string Any(AccountClass of) => Pick([.. _standard.Accounts.Where(account => account.Class == of
        && account.Role is not (AccountRole.OwnCash or AccountRole.AgencyCash or AccountRole.Agency) && account.Commodity == Commodity.Cny)
        .Select(account => account.Key)]);

    private T Pick<T>(params T[] among) => among[_chance.Next(among.Length)];

    private string Fund() => Pick(Funds);

    private void Open()
    {
        foreach (string fund in Funds)
        {
            foreach (string account in new[] { Any(AccountClass.Asset), Any(AccountClass.Asset), Any(AccountClass.Liability) }.Distinct())
            {
                long fen = Fen;
                string restriction = Pick("U", "R");
                Debit(LastYear * 100, account, fund, fen, "", "", "ordinary");
                Credit(LastYear * 100, NetAssets(restriction), fund, fen, restriction, "", "opening");
            }

            long first = Fen;
            Debit(Year * 100, Any(AccountClass.Asset), fund, first, "", "", "ordinary");
            Credit(Year * 100, NetAssets("U"), fund, first, "U", "", "conversion");
        }
    }

    private void Happen(int period)
    {
        string fund = Fund(), restriction = Pick("U", "R"), class_ = Pick("", "", "children", "elderly", "debt", "due-within-year");
        long fen = Fen;
        switch (_chance.Next(11))
        {
            case 0 or 1:
                Debit(period, Cash(), fund, fen, "", Flow(inflow: true), "ordinary");
                Credit(period, Any(AccountClass.Income), fund, fen, restriction, "", "ordinary", class_);
                break;
            case 2 or 3:
                Debit(period, Any(AccountClass.Expense), fund, fen, IsRestrictedExpense ? restriction : "", "", "ordinary", class_);
                Credit(period, Cash(), fund, fen, "", Flow(inflow: false), "ordinary");
                break;
            case 4:
                Debit(period, Any(AccountClass.Asset), fund, fen, "", "", "ordinary", class_);
                Credit(period, Any(AccountClass.Liability), fund, fen, "", "", "ordinary", class_);
                break;
            case 5:
                Debit(period, Any(AccountClass.Liability), fund, fen, "", "", "ordinary", class_);
                Credit(period, Cash(), fund, fen, "", Flow(inflow: false), "ordinary");
                break;
            case 6:
                string movement = Pick("release", "re-restrict");
                Debit(period, NetAssets(movement == "release" ? "R" : "U"), fund, fen, movement == "release" ? "R" : "U", "", movement);
                Credit(period, NetAssets(movement == "release" ? "U" : "R"), fund, fen, movement == "release" ? "U" : "R", "", movement);
                break;
            case 7:
                string to = Fund();
                Debit(period, NetAssets(restriction), fund, fen, restriction, "", "transfer");
                Credit(period, Cash(), fund, fen, "", "internal", "ordinary");
                Debit(period, Cash(), to, fen, "", "internal", "ordinary");
                Credit(period, NetAssets(restriction), to, fen, restriction, "", "transfer");
                break;
            case 8:
                Debit(period, Any(AccountClass.Asset), fund, fen, "", "", "ordinary");
                Credit(period, IsRestrictedExpense ? "prior-year-adjustment" : NetAssets(restriction), fund, fen, restriction, "", "prior-year");
                break;
            case 9:
                Debit(period, Pick("bank.agency", "agency-assets"), "AGENCY", fen, "", "", "ordinary");
                Credit(period, "agency-liabilities", "AGENCY", fen, "", "", "ordinary");
                break;
            default:
                Debit(period, Cash(), fund, fen, "", "other-received", "ordinary");
                Credit(period, NetAssets(restriction), fund, fen, restriction, "", "registered-capital");
                break;
        }
    }

    /// <summary>期末结转 of one fund or of all: what income and expense have comes to net assets.</summary>
    private void Close(int period)
    {
        var open = _lines.Where(line => line.Period <= period && (AccountOf(line.Account).Class is AccountClass.Income or AccountClass.Expense
                || line.Account == "prior-year-adjustment"))
            .GroupBy(line => (line.Account, line.Fund, line.Restriction)).Select(same => (same.Key, Net: Net(same))).Where(same => same.Net != 0).ToList();
        foreach (var ((account, fund, restriction), net) in open)
        {
            string to = restriction == "R" ? "R" : "U";
            Credit(period, account, fund, net, restriction, "", "close");
            Debit(period, NetAssets(to), fund, net, to, "", "close");
        }
    }

    private string Cash() => Pick("cash", "bank", "other-monetary");

    private string Flow(bool inflow) => Pick([.. CashFlow.All.Where(flow => flow.IsInflow == inflow).Select(flow => flow.Key)]);

    private static string NetAssets(string restriction) => restriction == "R" ? "net-assets-restricted" : "net-assets-unrestricted";

    private void Debit(int period, string account, string fund, long fen, string restriction, string flow, string movement, string class_ = "") =>
        _lines.Add(new Line(period, account, fund, Side.Debit, fen, restriction, flow, movement, class_));

    private void Credit(int period, string account, string fund, long fen, string restriction, string flow, string movement, string class_ = "") =>
        _lines.Add(new Line(period, account, fund, Side.Credit, fen, restriction, flow, movement, class_));

    private sealed record Line(
        int Period, string Account, string Fund, Side Side, long Units, string Restriction, string Flow, string Movement, string Class);
}
