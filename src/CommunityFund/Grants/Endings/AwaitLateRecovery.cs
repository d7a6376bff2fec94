using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>核销后收回: money is about to come although its claim was given up. It makes the fund whole that bore the loss (grants.md 5.2, move 24):
/// the claim and its provision stand again, the money meets the claim, and the provision that is not needed any more takes the loss back.
/// </summary>
/// <param name="Note">Who pays after all, and why.</param>
public sealed record AwaitLateRecovery(Guid Key, long WriteOff, Amount Amount, string Note) : Command<long>(Key)
{
    /// <summary>Another payment on it is awaited and has not come.</summary>
    public const string OneOpen = "late-recovery.one-open";

    /// <summary>More than was given up, or nothing.</summary>
    public const string BadAmount = "late-recovery.bad-amount";

    /// <summary>Nothing says who pays.</summary>
    public const string NoteMissing = "late-recovery.note-missing";

    private const int LongestNote = 300, DaysToCome = 15;

    private const string Allowance = "bad-debt-allowance", Impairment = "impairment-loss";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<GrantWriteOff>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantWriteOffId == WriteOff)
            .Select(row => row.BearerFundId).ToListAsync(ct));

    /// <returns>The late recovery.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (GrantWriteOff gone, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Posted);
        await Termination.Unrelated(work, grant, ct);
        string note = PlainText.Of(Note) is { Length: > 0 and <= LongestNote } said ? said
            : throw new RefusedException(NoteMissing, ("limit", LongestNote));
        List<GrantLateRecovery> before = await work.Db.Set<GrantLateRecovery>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantWriteOffId == WriteOff && row.State != LateRecoveryState.Dropped).ToListAsync(ct);
        if (before.Find(row => row.State == LateRecoveryState.Awaited) is { } open)
        {
            throw new RefusedException(OneOpen, ("title", grant.Title), ("amount", Ledger.Amount.Fen(open.Units)));
        }

        long left = gone.Units - before.Sum(row => row.Units);
        if (Amount.Commodity != Commodity.Cny || !Amount.IsPositive || Amount.Units > left)
        {
            throw new RefusedException(BadAmount, ("title", grant.Title), ("amount", Amount), ("left", Ledger.Amount.Fen(left)));
        }

        GrantLateRecovery row = new()
        {
            BookId = work.Book,
            GrantWriteOffId = WriteOff,
            Units = Amount.Units,
            Note = note,
            State = LateRecoveryState.Awaited,
            ExpectationId = await Expect(work, gone, grant, ct),
            AwaitedBy = work.ActorId,
            AwaitedAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.GrantLateRecoveryId;
    }

    private async Task<long> Expect(Work work, GrantWriteOff gone, GrantCase grant, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Fund bearer = await work.FundById(gone.BearerFundId, ct);
        GrantDebtor debtor = await GrantDebtor.Of(work, grant.GrantId, ct);
        Account claims = chart[DemandLines.Claims], allowance = chart[Allowance];
        Account loss = (chart.Find(Impairment) ?? chart.Find(Account.Keys.ManagementExpense)!).Account;
        Tags borne = loss.NeedsRestriction ? new Tags(Restriction.Unrestricted) : Tags.None;
        return await new Expected(ExpectationKind.Refund, Amount, $"收回已核销的追缴款 {grant.Number} {gone.Resolution}",
            work.Today.PlusDays(DaysToCome),
            [
                new ExpectedLine(claims, bearer, Side.Debit, Amount, null, debtor.Tags),
                new ExpectedLine(allowance, bearer, Side.Credit, Amount, null, Tags.None),
                new ExpectedLine(allowance, bearer, Side.Debit, Amount, null, Tags.None),
                new ExpectedLine(loss, bearer, Side.Credit, Amount, null, borne),
                new ExpectedLine(claims, bearer, Side.Credit, Amount, CashFlow.OtherReceived, debtor.Tags),
            ],
            CodeOf(grant, WriteOff), debtor.Party, Then: new LateRecoveryCame(WriteOff), Undo: new LateRecoveryGone(WriteOff)).Write(work, ct);
    }

    /// <summary>What the payer writes, so that the bank's line is found again.</summary>
    internal static string CodeOf(GrantCase grant, long writeOff) => string.Create(CultureInfo.InvariantCulture, $"{grant.Number}-H{writeOff}");
}

/// <summary>It is not waited for any more.</summary>
public sealed record DropLateRecovery(Guid Key, long Recovery) : Command<Done>(Key)
{
    /// <summary>It came meanwhile, somebody is booking it, or there is none.</summary>
    public const string TooLate = "late-recovery.too-late";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantLateRecovery row = await work.Db.Set<GrantLateRecovery>().SingleOrDefaultAsync(each => each.BookId == work.Book
            && each.GrantLateRecoveryId == Recovery, ct) ?? throw new RefusedException(TooLate);
        await GrantWriteOff.Lock(work, row.GrantWriteOffId, ct, WriteOffState.Posted);
        await work.Db.Entry(row).ReloadAsync(ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from expectation where book_id = {work.Book} and expectation_id = {row.ExpectationId} for no key update", ct);
        Expectation expected = await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        await work.Db.Entry(expected).ReloadAsync(ct);
        if (row.State != LateRecoveryState.Awaited || expected.VoucherId is not null || expected.ClosedAt is not null)
        {
            throw new RefusedException(TooLate);
        }

        (row.State, expected.ClosedBy, expected.ClosedAt) = (LateRecoveryState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The bank's line that brought it was booked.</summary>
[Consequence("late-recovery-came", 1)]
internal sealed record LateRecoveryCame(long WriteOff) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantWriteOff gone, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Posted);
        GrantLateRecovery row = await work.Db.Set<GrantLateRecovery>().SingleAsync(each => each.BookId == work.Book
            && each.GrantWriteOffId == WriteOff && each.State == LateRecoveryState.Awaited, ct);
        long voucher = (await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct)).VoucherId!.Value;
        row.State = LateRecoveryState.Came;
        await work.Db.SaveChangesAsync(ct);
        await MoneyRegister.Note(work, grant.GrantId, null, MoneyMove.RecoveredLate, [new FundUnits(gone.BearerFundId, row.Units)], voucher,
            work.Today, ct);
    }
}

/// <summary>The voucher was reversed: it is waited for again.</summary>
[Consequence("late-recovery-gone", 1)]
internal sealed record LateRecoveryGone(long WriteOff) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantWriteOff gone, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Posted);
        List<GrantLateRecovery> came = await work.Db.Set<GrantLateRecovery>().Where(each => each.BookId == work.Book
            && each.GrantWriteOffId == WriteOff && each.State == LateRecoveryState.Came).ToListAsync(ct);

        // Freed from its voucher just now, and not saved yet.
        GrantLateRecovery row = came.Find(each => work.Db.Set<Expectation>().Local.Any(expected => expected.ExpectationId == each.ExpectationId
            && expected.VoucherId is null)) ?? throw new InvalidOperationException("No late recovery is being reversed.");
        long voucher = await RecoveryCame.RedOf(work, row.ExpectationId, ct);
        row.State = LateRecoveryState.Awaited;
        await work.Db.SaveChangesAsync(ct);
        await MoneyRegister.Note(work, grant.GrantId, null, MoneyMove.RecoveredLate, [new FundUnits(gone.BearerFundId, -row.Units)], voucher,
            work.Today, ct);
    }
}
