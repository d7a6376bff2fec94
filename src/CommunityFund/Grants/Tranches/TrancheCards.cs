using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>A tranche as its people see it.</summary>
/// <param name="CanAsk">What may be asked for now; zero where nothing may.</param>
/// <param name="InFlight">Asked for and not paid.</param>
/// <param name="Reason">Why it is held, was sent back, declined or failed; empty otherwise.</param>
/// <param name="Cure">What ends a hold; empty otherwise.</param>
public sealed record TrancheCard(
    long Tranche, short No, int Version, TrancheState State, Amount Units, Amount CanAsk, Amount Paid, Amount Acquitted, Amount InFlight,
    LocalDate EarliestOn, LocalDate? DueOn, LocalDate ReportDueOn, string Condition, string Reason, string Cure, Refusal? WhyNot, GrantMover? HeldBy)
{
    /// <summary>Promised with it and not asked for; given up as the grant closes.</summary>
    public Amount Unasked { get; init; } = Amount.Fen(0);

    /// <summary>代付: the foundation pays the supplier itself.</summary>
    public bool IsPurchase { get; init; }
}

/// <summary>A running grant with its tranches, for the people whose it is.</summary>
public sealed record TrancheGrant(
    long Grant, string Title, string Number, GrantState State, Amount Award, Amount CanAsk, Amount Paid, Amount Acquitted, Amount InFlight,
    IReadOnlyList<TrancheCard> Cards, IReadOnlyList<BudgetBar> Budget);

/// <summary>用款 (S-P8): the grants that a person leads or keeps the money of, or one grant for whoever reads it.</summary>
public sealed record TrancheCards(long? Grant = null) : Query<IReadOnlyList<TrancheGrant>>
{
    private const int Most = 30;

    private static readonly TrancheState[] Asked =
    [
        TrancheState.Requested, TrancheState.Checked, TrancheState.ApprovedL1, TrancheState.ApprovedL2, TrancheState.Approved, TrancheState.Scheduled,
        TrancheState.PaymentFailed,
    ];

    internal override Need Needs => Need.Any(TrancheReaders.All);

    internal override async Task<IReadOnlyList<TrancheGrant>> Answer(Work work, CancellationToken ct)
    {
        IQueryable<long> mine = MyApplications.Of(work);
        List<GrantCase> grants = await work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book
                && (Grant == null ? mine.Contains(row.GrantId) : row.GrantId == Grant)
                && work.Db.Set<Tranche>().Any(each => each.BookId == row.BookId && each.GrantId == row.GrantId))
            .OrderBy(row => row.State != GrantState.Active).ThenByDescending(row => row.GrantId).Take(Most).ToListAsync(ct);
        List<TrancheGrant> answer = [];
        foreach (GrantCase grant in grants)
        {
            if (Grant is not null && !TrancheReaders.ReadsAll(work) && !(await grant.People(work, ct)).Contains(work.ActorId))
            {
                throw new RefusedException(GrantCase.Unknown, ("grant", Grant));
            }

            answer.Add(await Of(work, grant, ct));
        }

        return answer;
    }

    private static async Task<TrancheGrant> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        List<Tranche> rows = await work.Db.Set<Tranche>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId).OrderBy(row => row.AwardNo).ThenBy(row => row.No).ToListAsync(ct);
        List<TrancheCard> cards = [];
        foreach (Tranche row in rows)
        {
            TrancheFacts facts = await TrancheFacts.Of(work, row, ct);
            Refusal? whyNot = TrancheLife.Table.Find(row.State, row.State == TrancheState.Planned ? TrancheMove.MeetCondition : TrancheMove.Request)
                ?.WhyNot(facts);
            (string reason, string cure) = await Told(work, row, ct);
            TrancheMoney money = facts.Money;
            long left = money.Planned - money.Cancelled - money.Paid;
            cards.Add(new TrancheCard(row.TrancheId, row.No, row.StateVersion, row.State, Amount.Fen(row.Units),
                Amount.Fen(row.State == TrancheState.Eligible && whyNot is null ? left : 0), Amount.Fen(money.Paid), Amount.Fen(money.Acquitted),
                Amount.Fen(Asked.Contains(row.State) ? row.Asked : 0), row.EarliestOn, row.DueOn, row.ReportDueOn, row.Condition, reason, cure,
                whyNot, row.HeldBy)
            {
                Unasked = Amount.Fen(UnaskedOf(row.State, left, row.Asked)),
                IsPurchase = facts.Request.IsPurchase,
            });
        }

        return new TrancheGrant(grant.GrantId, grant.Title, grant.Number, grant.State, Amount.Fen(rows.Sum(row => row.Units)),
            Sum(card => card.CanAsk), Sum(card => card.Paid), Sum(card => card.Acquitted), Sum(card => card.InFlight), cards,
            await BudgetBar.Of(work, grant.GrantId, ct));

        Amount Sum(Func<TrancheCard, Amount> part) => Amount.Fen(cards.Sum(card => part(card).Units));
    }

    /// <summary>What a tranche that was asked for has promised beyond what was asked.</summary>
    internal static long UnaskedOf(TrancheState state, long open, long asked) => state switch
    {
        _ when Asked.Contains(state) => open - asked,
        >= TrancheState.Paid and <= TrancheState.ClawedBack => open,
        _ => 0,
    };

    /// <summary>The words of the last step, where it left the tranche waiting for somebody.</summary>
    internal static async Task<(string Reason, string Cure)> Told(Work work, Tranche row, CancellationToken ct)
    {
        if (row.State is not (TrancheState.Held or TrancheState.Eligible or TrancheState.Declined or TrancheState.Cancelled
            or TrancheState.PaymentFailed))
        {
            return ("", "");
        }

        string said = await work.Db.Set<TrancheLog>().AsNoTracking().Where(each => each.BookId == work.Book && each.TrancheId == row.TrancheId
            && each.StateVersion == row.StateVersion).Select(each => each.Reason).SingleOrDefaultAsync(ct) ?? "";
        string[] parts = said.Split(HoldTranche.Between, 2);
        return row.State == TrancheState.Held && parts.Length == 2 ? (parts[0], parts[1]) : (said, "");
    }
}
