using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A row of a gift list as it was understood, and what is wrong with it.</summary>
/// <param name="Line">The row's number in the file.</param>
/// <param name="FundText">The fund as written, or as chosen for rows that name none.</param>
/// <param name="Fault">Why it cannot be recorded; null if it can.</param>
public sealed record GiftListRow(
    int Line, LocalDate? Day, string Donor, PersonKind Kind, int? Fund, string FundText, Amount? Amount, Restriction Restriction, string Clause,
    GiftChannel Channel, string Note, string Order, Refusal? Fault);

/// <summary>Reads a gift list against the books: every row with its fault, nothing written.</summary>
internal sealed partial class GiftListReading
{
    /// <summary>The list names no gift.</summary>
    public const string Empty = "gift-list.empty";

    /// <summary>The row's order number stands in the list before.</summary>
    public const string OrderTwice = "gift-list.order-twice";

    /// <summary>The row's order was recorded before.</summary>
    public const string OrderKnown = "gift-list.order-known";

    /// <summary>The row names no fund, and none was chosen for such rows.</summary>
    public const string FundMissing = "gift-list.fund-missing";

    /// <summary>The fund takes no gifts, or the accountant's role does not reach it.</summary>
    public const string FundShut = "gift-list.fund-shut";

    /// <summary>The day lies in a closed month, before the books, or in the future.</summary>
    public const string DayShut = "gift-list.day-shut";

    private static readonly string[] Bodies =
    [
        "公司", "集团", "协会", "学会", "商会", "委员会", "基金会", "慈善会", "银行", "学校", "小学", "中学", "幼儿园", "大学", "医院", "中心", "合作社", "工厂",
        "事务所", "家委会", "支部", "工会", "街道", "社区", "超市", "酒店", "药房", "物业",
    ];

    private static readonly (string[] Words, GiftChannel Channel)[] Ways =
    [
        (["现金", "cash"], GiftChannel.Cash), (["支票", "cheque", "check"], GiftChannel.Cheque),
        (["微信", "支付宝", "平台", "网络", "线上", "扫码", "wechat", "alipay", "online"], GiftChannel.Platform),
        (["银行", "转账", "汇款", "对公", "bank", "transfer"], GiftChannel.Bank),
    ];

    private readonly Work _work;
    private readonly Dictionary<string, Fund> _funds;
    private readonly HashSet<int> _open;
    private readonly LocalDate _opening;
    private readonly Fund? _default;
    private readonly string _narrative;
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);

    private GiftListReading(Work work, IReadOnlyList<Fund> funds, HashSet<int> open, LocalDate opening, Fund? other, string narrative)
    {
        (_work, _open, _opening, _default, _narrative) = (work, open, opening, other, narrative);
        _funds = funds.SelectMany(fund => new[] { (fund.Code, fund), (fund.Name, fund), ($"{fund.Code} {fund.Name}", fund) })
            .GroupBy(pair => pair.Item1, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().fund, StringComparer.Ordinal);
    }

    /// <param name="other">The fund of rows that name none; null if they are wrong.</param>
    public static async Task<(IReadOnlyList<string> Columns, IReadOnlyList<GiftListRow> Rows)> Of(
        Work work, byte[] content, int? other, string narrative, CancellationToken ct)
    {
        IReadOnlyList<string[]> cells = GiftTable.Read(content);
        GiftColumns columns = GiftColumns.Of(cells);
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        HashSet<int> open = [.. await work.Db.Set<AccountingPeriod>().Where(row => row.BookId == work.Book && row.ClosedAt == null)
            .Select(row => row.Number).ToListAsync(ct)];
        GiftListReading reading = new(work, await work.Funds(ct), open, opening, other is { } fund ? await work.FundById(fund, ct) : null,
            PlainText.Of(narrative));
        List<GiftListRow> rows = [];
        for (int at = columns.HeadRow + 1; at < cells.Count; at++)
        {
            if (reading.Read(cells[at], at + 1, columns) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows.Count switch
        {
            0 => throw new RefusedException(Empty),
            > GiftTable.MostRows => throw new RefusedException(GiftTable.TooLarge, ("limit",
                GiftTable.LargestBytes / 1024 / 1024), ("rows", GiftTable.MostRows)),
            _ => (columns.Named(cells), await Known(work, rows, ct)),
        };
    }

    private GiftListRow? Read(string[] cells, int line, GiftColumns at)
    {
        string day = Cell(cells, at.Day), amount = Cell(cells, at.Amount);
        if ((day.Length == 0 && amount.Length == 0) || (day.Length == 0 && cells.Any(cell => Sums().IsMatch(cell))) || Sums().IsMatch(day))
        {
            return null;
        }

        string body = Cell(cells, at.Body), named = body.Length > 0 ? body : Cell(cells, at.Donor);
        string donor = Nobody().IsMatch(named) ? "" : named, fund = Cell(cells, at.Fund), clause = Cell(cells, at.Purpose);
        PersonKind kind = KindOf(Cell(cells, at.Kind), donor, body.Length > 0);
        Fund? found = fund.Length == 0 ? _default : _funds.GetValueOrDefault(fund);
        Restriction restriction = clause.Length > 0 && !Unlimited().IsMatch(clause)
            ? Restriction.Restricted : found?.DefaultRestriction ?? Restriction.Unrestricted;
        clause = Unlimited().IsMatch(clause) ? "" : clause;
        GiftListRow row = new(line, null, donor, kind, found?.FundId, found is null ? fund : $"{found.Code} {found.Name}", null, restriction, clause,
            ChannelOf(Cell(cells, at.Channel)), Cell(cells, at.Note), Cell(cells, at.Order), null);
        try
        {
            row = row with { Day = DayText.Read(Clock().Replace(day, "")) };
            row = row with { Amount = AmountText.ReadPositive(amount.TrimStart('¥', '￥').TrimEnd('元')) };
            Judge(row, found, fund);
            return row;
        }
        catch (RefusedException refused)
        {
            return row with { Fault = refused.Refusal };
        }
    }

    private void Judge(GiftListRow row, Fund? fund, string named)
    {
        LocalDate day = row.Day!.Value;
        if (fund is null)
        {
            throw named.Length == 0 ? new RefusedException(FundMissing) : new RefusedException(Work.UnknownFund, ("typed", named));
        }

        if (!fund.IsOwn || fund.State == FundState.Closed)
        {
            throw new RefusedException(FundShut, ("fund", fund.Name));
        }

        if (day > _work.Today || day < _opening || !_open.Contains(AccountingPeriod.Of(day)))
        {
            throw new RefusedException(DayShut, ("day", day), ("opening", _opening), ("today", _work.Today));
        }

        if (row.Restriction == Restriction.Restricted && (row.Clause.Length > 500 || (row.Clause.Length == 0 && fund.Clause.Length == 0)))
        {
            throw new RefusedException(RecordDonation.ClauseMissing, ("fund", fund.Name));
        }

        if (row.Donor.Length > 100)
        {
            throw new RefusedException(Counterparty.BadName, ("limit", 100));
        }

        if (row.Order.Length > 64 || row.Note.Length > 200)
        {
            throw new RefusedException(GiftTerms.TooLong, ("limit", 200));
        }

        Counterparty.KeepOut(RecordDonation.DonorInNarrative, row.Kind, row.Donor, _narrative);
        if (row.Order.Length > 0 && !_orders.Add(row.Order))
        {
            throw new RefusedException(OrderTwice, ("order", row.Order));
        }
    }

    private static async Task<IReadOnlyList<GiftListRow>> Known(Work work, List<GiftListRow> rows, CancellationToken ct)
    {
        string[] orders = [.. rows.Select(row => row.Order).Where(order => order.Length > 0).Distinct()];
        if (orders.Length == 0)
        {
            return rows;
        }

        Dictionary<string, LocalDate> known = await work.Db.Set<Donation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State != DonationState.Dropped && row.OrderNumber != "" && orders.Contains(row.OrderNumber))
            .ToDictionaryAsync(row => row.OrderNumber, row => row.ReceivedOn, ct);
        return [.. rows.Select(row => row.Fault is null && row.Order.Length > 0 && known.TryGetValue(row.Order, out LocalDate day)
            ? row with { Fault = new RefusedException(OrderKnown, ("order", row.Order), ("day", day)).Refusal } : row)];
    }

    private static string Cell(string[] cells, int at) => at >= 0 && at < cells.Length ? cells[at] : "";

    private static PersonKind KindOf(string said, string donor, bool isBody) =>
        isBody || Institution().IsMatch(said) ? PersonKind.Organisation
        : said.Length > 0 && Human().IsMatch(said) ? PersonKind.Person
        : donor.Length > 3 && Bodies.Any(word => donor.Contains(word, StringComparison.Ordinal)) ? PersonKind.Organisation : PersonKind.Person;

    private static GiftChannel ChannelOf(string said) => said.Length == 0 ? GiftChannel.Unsaid
        : Ways.Where(way => way.Words.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(way => (GiftChannel?)way.Channel).FirstOrDefault() ?? GiftChannel.Other;

    [GeneratedRegex(@"合\s*计|小\s*计|总\s*计|\btotal\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Sums();

    [GeneratedRegex(@"\A(匿名.{0,6}|爱心人士|未具名|无名氏|anonymous|-+|—+|/)?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Nobody();

    [GeneratedRegex(@"\A(非限定.{0,4}|不限定?|无|none|unrestricted|-+|/)\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unlimited();

    [GeneratedRegex(@"单位|企业|机构|组织|法人|公司|org|company", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Institution();

    [GeneratedRegex(@"个人|自然人|居民|person|individual", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Human();

    [GeneratedRegex(@"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Clock();
}
