using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Registers;

/// <summary>What a register is asked for.</summary>
/// <param name="Fund">With all funds below it; null for all that the reader's role reaches.</param>
/// <param name="Person">Lead or financial lead.</param>
/// <param name="AsOf">The end of this day; null is now. Where somebody stands is always as of now.</param>
/// <param name="Page">From 1.</param>
public sealed record RegisterFilter(
    int? Fund = null, long? Round = null, long? Person = null, GrantState? State = null, long? Grant = null, LocalDate? AsOf = null, int Page = 1,
    int PageSize = RegisterFilter.Shown)
{
    /// <summary>Rows of one page.</summary>
    public const int Shown = 50;

    /// <summary>Rows of one workbook; its sums are of all the same.</summary>
    public const int Most = 10_000;

    internal int Size => Math.Clamp(PageSize, 1, Most);

    internal long Skipped => (Math.Clamp(Page, 1, 1_000_000) - 1L) * Size;
}

/// <summary>A fund, a round or a person to look for.</summary>
public sealed record RegisterChoice(long Id, string Text);

/// <summary>What stands above every register.</summary>
/// <param name="Person">Name of the person whose grants alone are shown, or empty.</param>
/// <param name="IsPast">Whether it shows a day in the past.</param>
public sealed record RegisterHead(
    string Body, LocalDate Day, bool IsPast, string Fund, string Round, string Person, IReadOnlyList<RegisterChoice> Funds,
    IReadOnlyList<RegisterChoice> Rounds, Instant GeneratedAt);

/// <summary>Who reads the registers, and of which funds.</summary>
public static class RegisterReaders
{
    /// <summary>Those who answer for the money or look after it.</summary>
    public static IReadOnlyList<Role> All { get; } =
    [
        Role.FinanceOffice, Role.Panel, Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Desk,
        Role.Steer, Role.Admin,
    ];
}

/// <summary>The part of the book that a register speaks of.</summary>
/// <param name="Funds">Those asked for that the reader's role reaches.</param>
/// <param name="SumDay">For the database: null where the kept sums hold.</param>
internal sealed record RegisterScope(int[] Funds, LocalDate Day, DateOnly? SumDay, RegisterHead Head)
{
    private const int MostRounds = 200;

    public static async Task<RegisterScope> Of(Work work, RegisterFilter filter, CancellationToken ct)
    {
        IReadOnlyList<int> reached = work.Rights.FundsOf(RegisterReaders.All);
        if (filter.Fund is { } asked)
        {
            work.Rights.Require(Need.Any(RegisterReaders.All).For((await work.FundById(asked, ct)).FundId), work.Rights.IsOperator);
        }

        Dictionary<int, int?> parents = work.Rights.Funds.ToDictionary(fund => fund.FundId, fund => fund.ParentId);
        int[] funds = [.. reached.Where(fund => filter.Fund is not { } root || IsWithin(parents, fund, root))];
        LocalDate day = filter.AsOf is { } past && past < work.Today ? past : work.Today;
        List<RegisterChoice> rounds = await work.Db.Set<Rounds.GrantRound>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == RegisterState.Agreed).OrderByDescending(row => row.ClosesOn)
            .ThenByDescending(row => row.GrantRoundId).Take(MostRounds)
            .Select(row => new RegisterChoice(row.GrantRoundId, row.Code + " " + row.Title)).ToListAsync(ct);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        RegisterChoice[] choices = [.. work.Rights.Funds.Where(fund => reached.Contains(fund.FundId))
            .Select(fund => new RegisterChoice(fund.FundId, $"{fund.Code} {fund.Name}"))];
        RegisterHead head = new(body, day, day < work.Today, choices.FirstOrDefault(choice => choice.Id == filter.Fund)?.Text ?? "",
            rounds.Find(round => round.Id == filter.Round)?.Text ?? "",
            (await PersonName.Of(work, [filter.Person], ct)).Values.FirstOrDefault() ?? "", choices, rounds, work.Now);
        return new RegisterScope(funds, day, day < work.Today ? day.ToDateOnly() : null, head);
    }

    private static bool IsWithin(Dictionary<int, int?> parents, int fund, int root)
    {
        int? at = fund;
        for (int depth = 0; at is { } here && depth < 32; depth++)
        {
            if (here == root)
            {
                return true;
            }

            at = parents.GetValueOrDefault(here);
        }

        return false;
    }
}
