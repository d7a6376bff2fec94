using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Registers;

/// <summary>A tranche as the grant's page shows it.</summary>
/// <param name="HeldFor">Why it is held, in the words of whoever held it.</param>
/// <param name="Late">Days by which its account is late; null if it is not.</param>
public sealed record StoryTranche(
    long Tranche, short No, Amount Units, TrancheState State, GrantMover? HeldBy, string HeldFor, string Condition, LocalDate EarliestOn,
    LocalDate ReportDueOn, LocalDate? DueOn, LocalDate? PaidOn, int? Late, Amount Asked, Amount Paid, Amount Acquitted, Amount Returned,
    Amount Advance, Amount Unasked, bool IsPurchase);

/// <summary>What is told of a grant that is no step of it.</summary>
public enum StoryAct
{
    /// <summary>暂停复核后继续暂停.</summary>
    SuspensionKept,
}

/// <summary>What kind of thing happened.</summary>
public enum StoryKind
{
    /// <summary>A step of the grant.</summary>
    Grant,

    /// <summary>A step of a tranche.</summary>
    Tranche,

    /// <summary>Money moved.</summary>
    Money,
}

/// <summary>Something that happened to a grant.</summary>
/// <param name="What">The step, or what money did.</param>
/// <param name="To">Where that left it; null for money.</param>
/// <param name="No">The tranche; null for the grant as a whole.</param>
/// <param name="By">Who did it; empty for the calendar and the books.</param>
/// <param name="Mover">As what; null where the log has no more than the person.</param>
/// <param name="Amount">What moved, negative where an earlier move was taken back.</param>
/// <param name="Vouchers">Vouchers that come with it, for those who may read vouchers.</param>
public sealed record StoryEvent(
    StoryKind Kind, Term What, Term? To, short? No, string By, GrantMover? Mover, Instant At, string Reason, string Clause,
    Amount? Amount, string Fund,
    IReadOnlyList<long> Vouchers);

/// <summary>A paper of a grant.</summary>
/// <param name="Key">Its words.</param>
/// <param name="Name">Of a file; empty for what the program prints.</param>
public sealed record StoryPaper(string Key, string Name, long? Paper, Instant? At);

/// <summary>The money, the moves and the papers of a grant.</summary>
/// <param name="Money">Null before it was awarded.</param>
/// <param name="InFlight">Asked for and not yet paid.</param>
/// <param name="Events">The newest first.</param>
/// <param name="HasMore">Whether there are older events than are shown.</param>
public sealed record GrantStoryView(
    GrantFigures? Money, Amount InFlight, int? Late, IReadOnlyList<StoryTranche> Tranches, IReadOnlyList<StoryEvent> Events, bool HasMore,
    IReadOnlyList<StoryPaper> Papers);

/// <summary>The whole story of a grant, for everybody who reads it: what its money did, where its tranches stand, who moved what when and why, and
/// its papers.</summary>
public sealed record GrantStory(long Grant) : Query<GrantStoryView>
{
    private const int Shown = 200;

    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<GrantStoryView> Answer(Work work, CancellationToken ct)
    {
        GrantCase row = await ReadableCase.Of(work, Grant, ct);
        List<GrantFund> sums = await work.Db.Set<GrantFund>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == Grant)
            .ToListAsync(ct);
        List<Tranche> plan = await work.Db.Set<Tranche>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == Grant)
            .OrderBy(each => each.AwardNo).ThenBy(each => each.No).ToListAsync(ct);
        long[] ids = [.. plan.Select(each => each.TrancheId)];
        List<TrancheFund> parts = await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(each => each.BookId == work.Book && ids.Contains(each.TrancheId)).ToListAsync(ct);
        List<GrantLog> moves = await work.Db.Set<GrantLog>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == Grant)
            .OrderByDescending(each => each.StateVersion).Take(Shown).ToListAsync(ct);
        List<TrancheLog> steps = await work.Db.Set<TrancheLog>().AsNoTracking()
            .Where(each => each.BookId == work.Book && ids.Contains(each.TrancheId))
            .OrderByDescending(each => each.At).ThenByDescending(each => each.StateVersion).Take(Shown).ToListAsync(ct);
        List<GrantMoney> money = await work.Db.Set<GrantMoney>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == Grant)
            .OrderByDescending(each => each.GrantMoneyId).Take(Shown).ToListAsync(ct);
        List<GrantSuspensionReview> reviews = await work.Db.Set<GrantSuspensionReview>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.GrantId == Grant).OrderByDescending(each => each.ReviewedAt).Take(Shown).ToListAsync(ct);
        long[] purchases = await (
            from each in work.Db.Set<Tranche>()
            join request in work.Db.Set<TrancheRequest>() on new { each.BookId, each.TrancheId, each.RequestNo }
                equals new { request.BookId, request.TrancheId, request.RequestNo }
            where each.BookId == work.Book && each.GrantId == Grant && request.IsPurchase
                && each.State != TrancheState.Planned && each.State != TrancheState.Eligible && each.State != TrancheState.Held
            select each.TrancheId).ToArrayAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, moves.Select(each => each.ActorId)
            .Concat(steps.Select(each => each.ActorId)).Concat(reviews.Select(each => (long?)each.ReviewedBy)), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        bool readsVouchers = work.Rights.Holds(ReadableVouchers.Readers);
        Dictionary<long, short> numbers = plan.ToDictionary(each => each.TrancheId, each => each.No);
        string NameOf(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
        IReadOnlyList<long> Seen(IEnumerable<long> vouchers) => readsVouchers ? [.. vouchers] : [];

        StoryEvent[] events =
        [
            .. moves.Select(each => new StoryEvent(StoryKind.Grant, Term.Of(each.Move), Term.Of(each.ToState), null, NameOf(each.ActorId), null,
                each.At,
                each.Reason, each.Clause, null, "", Seen(each.Vouchers))),

            .. reviews.Select(each => new StoryEvent(StoryKind.Grant, Term.Of(StoryAct.SuspensionKept), Term.Of(GrantState.Suspended), null,
                NameOf(each.ReviewedBy), null, each.ReviewedAt, each.Reason, "", null, "", [])),

            // Plans are written all at once as the grant starts: that step says it.
            .. steps.Where(each => each.Move != TrancheMove.Plan).Select(each => new StoryEvent(StoryKind.Tranche, Term.Of(each.Move),
                Term.Of(each.ToState), numbers[each.TrancheId], each.Mover is GrantMover.Calendar or GrantMover.Voucher ? "" : NameOf(each.ActorId),
                each.Mover, each.At, each.Reason, "", null, "", Seen(each.Vouchers))),
            .. money.Select(each => new StoryEvent(StoryKind.Money, Term.Of(each.Move), null,
                each.TrancheId is { } tranche ? numbers.GetValueOrDefault(tranche) : null, "", null, each.At, "", "", Amount.Fen(each.Units),
                funds[each.FundId], Seen(each.VoucherId is { } voucher ? [voucher] : []))),
        ];
        StoryTranche[] tranches = [.. plan.Select(each => OfPlan(each, parts, steps, purchases, work.Today))];
        return new GrantStoryView(
            sums.Count == 0 ? null : new GrantFigures(Amount.Fen(sums.Sum(each => each.Committed)), Amount.Fen(sums.Sum(each => each.Cancelled)),
                Amount.Fen(sums.Sum(each => each.Paid)), Amount.Fen(sums.Sum(each => each.Acquitted)), Amount.Fen(sums.Sum(each => each.Returned)),
                Amount.Fen(sums.Sum(each => each.Demanded)), Amount.Fen(sums.Sum(each => each.Recovered)),
                Amount.Fen(sums.Sum(each => each.WrittenOff))),
            Amount.Fen(plan.Where(each => each.State is >= TrancheState.Requested and <= TrancheState.PaymentFailed).Sum(each => each.Asked)),
            tranches.Max(each => each.Late), tranches,
            [.. events.OrderByDescending(each => each.At).ThenBy(each => each.Kind).Take(Shown)],
            moves.Count == Shown || steps.Count == Shown || money.Count == Shown || events.Length > Shown, await Papers(work, row, ct));
    }

    private static StoryTranche OfPlan(Tranche row, List<TrancheFund> parts, List<TrancheLog> steps, long[] purchases,
        LocalDate today)
    {
        TrancheFund[] own = [.. parts.Where(each => each.TrancheId == row.TrancheId)];
        int late = Period.DaysBetween(row.ReportDueOn, today);
        bool isOpen = row.State is TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted;
        return new StoryTranche(row.TrancheId, row.No, Amount.Fen(row.Units), row.State, row.HeldBy,
            row.State == TrancheState.Held
                ? steps.Find(each => each.TrancheId == row.TrancheId && each.ToState == TrancheState.Held)?.Reason ?? "" : "",
            row.Condition, row.EarliestOn, row.ReportDueOn, row.DueOn, row.PaidOn, isOpen && late > 0 ? late : null, Amount.Fen(row.Asked),
            Amount.Fen(own.Sum(each => each.Paid)), Amount.Fen(own.Sum(each => each.Acquitted)), Amount.Fen(own.Sum(each => each.Returned)),
            Amount.Fen(own.Sum(each => each.Advance)),
            Amount.Fen(TrancheCards.UnaskedOf(row.State, own.Sum(each => each.Planned - each.Cancelled - each.Paid), row.Asked)),
            purchases.Contains(row.TrancheId));
    }

    private static async Task<IReadOnlyList<StoryPaper>> Papers(Work work, GrantCase row, CancellationToken ct)
    {
        List<StoryPaper> papers = [new("story.application", "", null, row.SubmittedAt)];
        if (await work.Db.Set<GrantAgreement>().AnyAsync(each => each.BookId == work.Book && each.GrantId == row.GrantId, ct))
        {
            papers.Add(new StoryPaper("story.agreement", "", null, null));
        }

        var files = await (from paper in work.Db.Set<Applications.GrantPaper>().AsNoTracking()
                           join filed in work.Db.Set<FiledDocument>() on new { paper.BookId, paper.FiledDocumentId }
                               equals new { filed.BookId, filed.FiledDocumentId }
                           where paper.BookId == work.Book && paper.GrantId == row.GrantId && paper.RemovedBy == null
                           orderby paper.GrantPaperId
                           select new { paper.GrantPaperId, filed.Name, paper.AddedAt }).ToListAsync(ct);
        papers.AddRange(files.Select(each => new StoryPaper("story.file", each.Name, each.GrantPaperId, each.AddedAt)));
        return papers;
    }
}
