using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>The standard that a book goes over to next, and what stands against it now.</summary>
internal sealed record NextStandard(StandardMapping Mapping, IReadOnlyList<Refusal> Obstacles)
{
    /// <summary>No standard follows the one that the book is kept by.</summary>
    public const string NothingFollows = "change-over.nothing-follows";

    /// <summary>The day has not come.</summary>
    public const string TooEarly = "change-over.too-early";

    /// <summary>The old year is not closed to its December.</summary>
    public const string DecemberOpen = "change-over.december-open";

    /// <summary>The old year's income and expenses are not in net assets: its months were closed before there were closing
    /// vouchers.</summary>
    public const string NotCarried = "change-over.not-carried";

    /// <summary>Vouchers of the new year were written by the old chart.</summary>
    public const string OldVouchers = "change-over.old-vouchers";

    /// <summary>An account that the new chart does not have carries a balance.</summary>
    public const string GoneNotZero = "change-over.gone-not-zero";

    public LocalDate Day => Mapping.To.From;

    /// <summary>Null if none follows.</summary>
    public static async Task<NextStandard?> Of(Work work, CancellationToken ct)
    {
        string standard = await work.Db.Set<BookStandard>().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.ValidFrom).Select(row => row.Standard).FirstAsync(ct);
        return Standards.After(standard) is { } mapping ? new NextStandard(mapping, await Against(work, mapping, ct)) : null;
    }

    /// <summary>The same; it is refused while anything stands against it.</summary>
    public static async Task<NextStandard> Ready(Work work, CancellationToken ct)
    {
        NextStandard next = await Of(work, ct) ?? throw new RefusedException(NothingFollows);
        return next.Obstacles is [Refusal first, ..] ? throw new RefusedException(first) : next;
    }

    internal static async Task<IReadOnlyList<Refusal>> Against(Work work, StandardMapping mapping, CancellationToken ct)
    {
        LocalDate day = mapping.To.From;
        List<Refusal> against = [];
        if (work.Today < day)
        {
            against.Add(No(TooEarly, ("day", day)));
        }

        int december = ((day.Year - 1) * 100) + 12;
        if (await work.Db.Set<AccountingPeriod>().AnyAsync(
            row => row.BookId == work.Book && row.Number == december && row.ClosedAt == null, ct))
        {
            against.Add(No(DecemberOpen, ("period", new PeriodNumber(december))));
        }

        int adjusting = december + 1;
        bool isLeft = await work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (select 1 from balances_to_close({work.Book}, {december}))
                   and not exists (select 1 from period where book_id = {work.Book} and period = {adjusting} and carried) as "Value"
            """).SingleAsync(ct);
        if (against.Count == 0 && isLeft)
        {
            against.Add(No(NotCarried, ("period", new PeriodNumber(adjusting))));
        }

        int old = await work.Db.Vouchers.CountAsync(row => row.BookId == work.Book && row.OccurredOn >= day
            && (row.State == VoucherState.Prepared || row.State == VoucherState.Posted), ct);
        if (old > 0)
        {
            against.Add(No(OldVouchers, ("day", day), ("count", old)));
        }

        string[] gone = [.. mapping.Accounts.Where(account => account.Kind == MappingKind.Gone).Select(account => account.Old.Key)];
        foreach (ConversionBalance left in gone.Length == 0 ? [] : await ConversionBalance.Of(work, gone, day, ct))
        {
            against.Add(No(GoneNotZero, ("account", mapping.From.Account(left.StandardKey).NameZh), ("fund", left.Fund),
                ("balance", Amount.Fen(left.Units))));
        }

        return against;
    }

    private static Refusal No(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
