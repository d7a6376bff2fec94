using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>余款退回: the lead says that unspent money is on its way back; the bank's line is matched with it. It goes to the funds that are still
/// open on the advance, the last drawn first; where it was an expense, off the expense, and the gifts have it back (rulings 20).</summary>
/// <param name="Version">The state version of the tranche that the page was drawn with.</param>
public sealed record ReturnUnspent(Guid Key, long Tranche, int Version, Amount Amount) : Command<long>(Key)
{
    /// <summary>Days in which the money should come.</summary>
    private const int DaysToCome = 15;

    /// <summary>Nothing was paid, or an acquittal is under review.</summary>
    public const string NotNow = "grant-return.not-now";

    /// <summary>More than is open, or nothing.</summary>
    public const string BadAmount = "grant-return.bad-amount";

    /// <summary>Another return of the tranche is announced and has not come.</summary>
    public const string OneOpen = "grant-return.one-open";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptWriting.Writers));

    /// <returns>The return.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        await ReceiptWriting.Lock(work, tranche.GrantId, ct);
        if (tranche.StateVersion != Version)
        {
            throw new RefusedException(TrancheMoves.Stale, ("no", tranche.No), ("state", Term.Of(tranche.State)));
        }

        TrancheFacts facts = await TrancheFacts.Of(work, tranche, ct);
        bool isAdvance = facts.Policy == Rounds.AdvancePolicy.AdvanceThenAcquit;
        if (!(isAdvance ? tranche.State is TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted
            : tranche.State is TrancheState.Paid or TrancheState.Settled))
        {
            throw new RefusedException(NotNow, ("no", tranche.No), ("state", Term.Of(tranche.State)));
        }

        if (await GrantReturn.Announced(work, Tranche, ct) is > 0 and var before)
        {
            throw new RefusedException(OneOpen, ("no", tranche.No), ("amount", Ledger.Amount.Fen(before)));
        }

        long open = isAdvance ? facts.Money.Advance : facts.Money.Acquitted;
        if (Amount.Commodity != Commodity.Cny || Amount.Units <= 0 || Amount.Units > open)
        {
            throw new RefusedException(BadAmount, ("no", tranche.No), ("amount", Amount), ("open", Ledger.Amount.Fen(open)));
        }

        return await Announce(work, tranche, facts, isAdvance, ct);
    }

    private async Task<long> Announce(Work work, Tranche tranche, TrancheFacts facts, bool isAdvance, CancellationToken ct)
    {
        GrantAward award = (await GrantAward.Open(work, tranche.GrantId, ct))!;
        Chart chart = await work.ChartOn(work.Today, ct);
        long payee = facts.Request.Supplier is { } supplier ? await AwardFacts.PartyOf(work, supplier, ct)
            : await AcquittalEntry.Payee(work, tranche.GrantId, ct);
        IReadOnlyList<ExpectedLine> lines = isAdvance ? await UnspentLines.OfAdvance(work, chart, tranche, award, payee, Amount.Units, ct)
            : await UnspentLines.OfExpense(work, chart, tranche, award, Amount.Units, ct);
        string number = facts.Grant.Number, code = ReferenceOf(number, tranche.No);
        long expectation = await new Expected(ExpectationKind.Refund, Amount, $"退回余款 {number} 第{tranche.No}期", work.Today.PlusDays(DaysToCome),
            lines, code, payee, Then: new UnspentCame(Tranche), Undo: new UnspentUndone(Tranche)).Write(work, ct);
        GrantReturn row = new()
        {
            BookId = work.Book,
            TrancheId = Tranche,
            Units = Amount.Units,
            State = GrantReturnState.Announced,
            AnnouncedBy = work.ActorId,
            AnnouncedAt = work.Now,
            ExpectationId = expectation,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.GrantReturnId;
    }

    /// <summary>What the payer writes, so that the bank's line is found again.</summary>
    internal static string ReferenceOf(string number, short tranche) => string.Create(CultureInfo.InvariantCulture, $"{number}-T{tranche}");
}

/// <summary>The lead takes an announcement back before the bank shows the money; where the lead is gone, the desk does.</summary>
public sealed record DropReturn(Guid Key, long Return) : Command<Done>(Key)
{
    /// <summary>It came meanwhile, or somebody is booking it.</summary>
    public const string TooLate = "grant-return.too-late";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any([.. ReceiptWriting.Writers, Role.Desk]));

    /// <summary>Whether who is at work may take back what was announced of a grant.</summary>
    internal static async Task<bool> IsFor(Work work, GrantCase grant, CancellationToken ct) => work.Actor is { } actor
        && (work.Rights.Holds(Role.Desk) || work.Rights.Holds([.. ReceiptWriting.Writers]) && (await grant.People(work, ct)).Contains(actor));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        long? of = await work.Db.Set<GrantReturn>().Where(each => each.BookId == work.Book && each.GrantReturnId == Return)
            .Select(each => (long?)each.TrancheId).SingleOrDefaultAsync(ct);
        Tranche tranche = await Tranches.Tranche.Lock(work, of ?? throw new RefusedException(TooLate), ct);
        if (!await IsFor(work, await GrantCase.Lock(work, tranche.GrantId, ct), ct))
        {
            throw new RefusedException(GrantCase.Unknown, ("grant", tranche.GrantId));
        }

        GrantReturn row = await work.Db.Set<GrantReturn>().SingleAsync(each => each.BookId == work.Book && each.GrantReturnId == Return, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from expectation where book_id = {work.Book} and expectation_id = {row.ExpectationId} for no key update", ct);
        Expectation expected = await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        if (row.State != GrantReturnState.Announced || expected.VoucherId is not null || expected.ClosedAt is not null)
        {
            throw new RefusedException(TooLate);
        }

        (row.State, expected.ClosedBy, expected.ClosedAt) = (GrantReturnState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The bank's line that brought unspent money was booked.</summary>
[Consequence("unspent-came", 1)]
internal sealed record UnspentCame(long Tranche) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<IReadOnlyList<LotDraw>> Uses(Work work, EntryDraft draft, Chart chart, LocalDate day, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        GrantReturn row = await work.Db.Set<GrantReturn>().AsNoTracking().SingleAsync(
            each => each.BookId == work.Book && each.TrancheId == Tranche && each.State == GrantReturnState.Announced, ct);
        await UnspentLines.Bind(work, draft, chart, tranche, row.ExpectationId, day, ct);
        return [];
    }

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        GrantReturn row = await work.Db.Set<GrantReturn>().SingleAsync(
            each => each.BookId == work.Book && each.TrancheId == Tranche && each.State == GrantReturnState.Announced, ct);

        // The voucher has been found for it by now; its row says so when the transaction is saved.
        await work.Db.SaveChangesAsync(ct);
        long voucher = (await work.Db.Set<Expectation>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct)).VoucherId!.Value;
        await UnspentLines.Note(work, tranche, row, voucher, sign: 1, ct);
        (row.State, row.VoucherId) = (GrantReturnState.Returned, voucher);
        await work.Db.SaveChangesAsync(ct);
        if (tranche.State is TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted
            && (await TrancheMoney.Of(work, Tranche, ct)).Advance == 0)
        {
            await TrancheMoves.Follow(work, tranche, TrancheMove.ReturnUnspent, ct,
                moving: (_, _) => Task.FromResult<IReadOnlyList<long>>([voucher]));
        }

        await TrancheMoves.LookAgain(work, tranche.GrantId, ct);
    }
}

/// <summary>The voucher that booked it was reversed: the money is expected again.</summary>
[Consequence("unspent-undone", 1)]
internal sealed record UnspentUndone(long Tranche) : RegisterUndone
{
    /// <summary>What was left of the tranche was claimed back since.</summary>
    public const string ClaimedSince = "grant-return.claimed-since";

    internal override VoucherRegister Register => VoucherRegister.Grants;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        await AcquittalOffice.RefuseIfOver(work, tranche, ct);
        if (tranche.State == TrancheState.ClawedBack)
        {
            throw new RefusedException(ClaimedSince, ("no", tranche.No));
        }

        if (await GrantReturn.Announced(work, Tranche, ct) is > 0 and var another)
        {
            throw new RefusedException(ReturnUnspent.OneOpen, ("no", tranche.No), ("amount", Amount.Fen(another)));
        }

        GrantReturn row = (await work.Db.Set<GrantReturn>().Where(each => each.BookId == work.Book && each.TrancheId == Tranche
            && each.State == GrantReturnState.Returned).ToListAsync(ct)).Find(each => IsReversed(work, each))
            ?? throw new InvalidOperationException("No return of the tranche is being reversed.");
        long reversal = await AdvanceLines.ReversalOf(work, row.VoucherId!.Value, ct);
        await UnspentLines.Note(work, tranche, row, reversal, sign: -1, ct);
        (row.State, row.VoucherId) = (GrantReturnState.Announced, null);
        await work.Db.SaveChangesAsync(ct);
        TrancheMoney money = await TrancheMoney.Of(work, Tranche, ct);
        if (tranche.State == TrancheState.Settled && money.Advance > 0)
        {
            await Undo(work, tranche, reversal, ct);
            if (money is { Acquitted: 0, Returned: 0 })
            {
                await Undo(work, tranche, reversal, ct);
            }
        }
    }

    private static Task Undo(Work work, Tranche tranche, long reversal, CancellationToken ct) => TrancheMoves.Follow(work, tranche,
        TrancheMove.UndoAcquittal, ct, moving: (_, _) => Task.FromResult<IReadOnlyList<long>>([reversal]));

    // Freed from its voucher just now, and not saved yet.
    private static bool IsReversed(Work work, GrantReturn row) => work.Db.Set<Expectation>().Local
        .Any(expected => expected.ExpectationId == row.ExpectationId && expected.VoucherId is null);
}
