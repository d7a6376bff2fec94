using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>An account that lines may stand on, as the grid offers it.</summary>
/// <param name="Text">What stands in the cell: 100201 银行存款—建行基本户.</param>
/// <param name="Initials">Of its own name and of its path, for typing by sound.</param>
public sealed record GridAccount(string Key, string Text, string Initials, AccountClass Class, bool IsOwnCash,
    bool NeedsRestriction);

/// <summary>A fund that the accountant may write for.</summary>
public sealed record GridFund(int FundId, string Code, string Name, string Initials, Restriction DefaultRestriction)
{
    public string Text => $"{Code} {Name}";
}

/// <summary>What can be written into the grid on a day, and what a person means by what was typed.</summary>
/// <param name="AdjustingYears">Years whose December is closed and whose adjusting period still takes vouchers.</param>
public sealed record GridChoices(
    LocalDate Today, LocalDate OpeningDay, Chart Chart, IReadOnlyList<GridFund> Funds, IReadOnlyList<int> AdjustingYears)
{
    /// <summary>What was typed fits several funds.</summary>
    public const string AmbiguousFund = "voucher.ambiguous-fund";

    /// <summary>Statutory accounts without sub-accounts, in the order of their codes.</summary>
    public IReadOnlyList<GridAccount> Accounts { get; } =
    [
        .. Chart.Accounts.Where(account => account.TakesLines && account.Account.Class != AccountClass.Memorandum)
        .Select(account => new GridAccount(
            account.Account.Key, TextOf(Chart, account), InitialsOf(Chart, account), account.Account.Class,
            account.Account.Role == AccountRole.OwnCash, account.Account.NeedsRestriction)),
    ];

    /// <summary>Text of an account's cell; empty if the chart of the day does not know the key.</summary>
    public string AccountText(string key) => Accounts.FirstOrDefault(account => account.Key == key)?.Text ?? "";

    public string FundText(int fund) => Funds.FirstOrDefault(row => row.FundId == fund)?.Text ?? "";

    /// <summary>The fund a person means: by code, name, "code name", initials, or a unique beginning of code or
    /// initials.</summary>
    /// <exception cref="RefusedException">Nothing or several funds fit.</exception>
    public GridFund Fund(string? typed)
    {
        string text = (typed ?? "").Trim();
        GridFund[] fitting = [.. Funds.Where(fund => text == fund.Code || text == fund.Name || text == fund.Text)];
        if (fitting.Length == 0 && text.Length > 0)
        {
            fitting = [.. Funds.Where(fund => string.Equals(fund.Initials, text, StringComparison.OrdinalIgnoreCase))];
        }

        if (fitting.Length == 0 && text.Length > 1)
        {
            fitting = [.. Funds.Where(fund => fund.Code.StartsWith(text, StringComparison.OrdinalIgnoreCase)
                || fund.Initials.StartsWith(text, StringComparison.OrdinalIgnoreCase)
                || fund.Name.Contains(text, StringComparison.Ordinal))];
        }

        return fitting switch
        {
            [GridFund one] => one,
            [] => throw new RefusedException(Work.UnknownFund, ("typed", text)),
            _ => throw new RefusedException(AmbiguousFund, ("typed", text),
                ("candidates", fitting.Take(5).Select(fund => fund.Text).ToArray())),
        };
    }

    /// <summary>Whether the book was kept on a day; told while rows are still being put right.</summary>
    /// <exception cref="RefusedException">The day comes before the book begins.</exception>
    public LocalDate Kept(LocalDate day) => day >= OpeningDay
        ? day
        : throw new RefusedException(VoucherWriter.OutsideCalendar, ("day", day), ("opening", OpeningDay));

    private static string TextOf(Chart chart, ChartAccount account) => $"{account.Code} {chart.PathOf(account)}";

    private static string InitialsOf(Chart chart, ChartAccount account) =>
        account is { Added: true, ParentId: { } parent } ? $"{account.Pinyin} {chart.ById(parent).Pinyin}{account.Pinyin}"
            : account.Pinyin;
}

/// <summary>The choices of an accountant on a day; today's without one.</summary>
public sealed record ChoicesOn(LocalDate? Day) : Query<GridChoices>
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<GridChoices> Answer(Work work, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        return new GridChoices(work.Today, opening, await work.ChartOn(Day ?? work.Today, ct),
        [
            .. (await work.Funds(ct))
            .Where(fund => fund.State != FundState.Closed && work.Rights.Reaches([Role.Accountant], fund.FundId))
                .Select(fund => new GridFund(fund.FundId, fund.Code, fund.Name, PinyinInitials.Of(fund.Name),
                fund.DefaultRestriction)),
        ], await AdjustingYears(work, ct));
    }

    private static Task<List<int>> AdjustingYears(Work work, CancellationToken ct) =>
        (from adjusting in work.Db.Set<AccountingPeriod>()
         join december in work.Db.Set<AccountingPeriod>()
             on new { adjusting.BookId, Number = adjusting.Number - 1 } equals new { december.BookId, december.Number }
         where adjusting.BookId == work.Book && adjusting.Number % 100 == 13 && adjusting.ClosedAt == null && december.ClosedAt != null
         orderby adjusting.Number
         select adjusting.Number / 100).ToListAsync(ct);
}
