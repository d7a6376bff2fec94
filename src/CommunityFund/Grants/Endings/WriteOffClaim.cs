using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>核销坏账 is drafted: all that is left of a grant's claims, who bears it, and what is told to the public.</summary>
/// <param name="Bearer">The fund that makes the others whole.</param>
public sealed record DraftWriteOff(Guid Key, long Grant, int Bearer, string Reason, string Disclosure) : Command<long>(Key)
{
    /// <summary>Nothing is claimed of the grant.</summary>
    public const string NothingClaimed = "write-off.nothing-claimed";

    /// <summary>One waits already.</summary>
    public const string Waits = "write-off.waits";

    /// <summary>Reason or disclosure is missing or too long.</summary>
    public const string WordsMissing = "write-off.words-missing";

    /// <summary>Restricted money and money of others bear no loss of another fund.</summary>
    public const string BearerRestricted = "write-off.bearer-restricted";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        await Termination.Unrelated(work, grant, ct);
        (string reason, string disclosure) = (PlainText.Of(Reason), PlainText.Of(Disclosure));
        if (reason.Length is 0 or > 500 || disclosure.Length is 0 or > 500)
        {
            throw new RefusedException(WordsMissing, ("limit", 500));
        }

        Fund bearer = await work.FundById(Bearer, ct);
        List<FundUnits> claimed = await ClaimInstalments.Claimed(work, Grant, ct);
        if (claimed.Count == 0)
        {
            throw new RefusedException(NothingClaimed, ("title", grant.Title));
        }

        if (bearer.DefaultRestriction == Restriction.Restricted || bearer.Kind is FundKind.Agency or FundKind.Programme)
        {
            throw new RefusedException(BearerRestricted, ("fund", bearer.Name));
        }

        if (await work.Db.Set<GrantWriteOff>().AnyAsync(row => row.BookId == work.Book && row.GrantId == Grant
            && (row.State == WriteOffState.Drafted || row.State == WriteOffState.Resolved || row.State == WriteOffState.Prepared), ct))
        {
            throw new RefusedException(Waits, ("title", grant.Title));
        }

        GrantWriteOff row = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            BearerFundId = Bearer,
            Units = claimed.Sum(part => part.Units),
            Reason = reason,
            Disclosure = disclosure,
            State = WriteOffState.Drafted,
            DraftedBy = work.ActorId,
            DraftedAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.GrantWriteOffId;
    }
}

/// <summary>The steering group resolves a write-off that another drafted, by the number of its resolution.</summary>
public sealed record ResolveWriteOff(Guid Key, long WriteOff, string Resolution) : Command<Done>(Key)
{
    /// <summary>Whoever drafted it does not resolve it.</summary>
    public const string OwnWriteOff = "write-off.own";

    /// <summary>Nothing is written off without a resolution.</summary>
    public const string NoResolution = "write-off.no-resolution";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Steer).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantWriteOff row, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Drafted);
        await Termination.Unrelated(work, grant, ct);
        string resolution = PlainText.Of(Resolution);
        if (resolution.Length is 0 or > 100)
        {
            throw new RefusedException(NoResolution, ("title", grant.Title));
        }

        (row.State, row.Resolution, row.ResolvedBy, row.ResolvedAt) = row.DraftedBy != work.ActorId
            ? (WriteOffState.Resolved, resolution, work.ActorId, work.Now) : throw new RefusedException(OwnWriteOff);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>A write-off that is not in the books yet is taken back.</summary>
public sealed record WithdrawWriteOff(Guid Key, long WriteOff) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant, Role.Steer));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantWriteOff row, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Drafted, WriteOffState.Resolved);
        await Termination.Unrelated(work, grant, ct);
        row.State = WriteOffState.Withdrawn;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The accountant writes the vouchers of a write-off that was resolved: the loss in the fund that bears it, then the claim against
/// it, with the cash that makes the other funds whole.</summary>
public sealed record PrepareWriteOff(Guid Key, long WriteOff, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The claim has changed since.</summary>
    public const string Changed = "write-off.changed";

    /// <summary>The bearer has too little cash on one account.</summary>
    public const string BearerShort = "write-off.bearer-short";

    private const string Allowance = "bad-debt-allowance", Impairment = "impairment-loss";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        var row = await work.Db.Set<GrantWriteOff>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantWriteOffId == WriteOff)
            .Select(each => new { each.GrantId, each.BearerFundId }).SingleOrDefaultAsync(ct);
        return Need.Any(Role.Accountant).For(row is null ? []
            : [.. (await ClaimInstalments.Claimed(work, row.GrantId, ct)).Select(part => part.Fund).Append(row.BearerFundId).Distinct()]);
    }

    /// <returns>The first voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (GrantWriteOff row, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Resolved);
        await Termination.Unrelated(work, grant, ct);
        List<FundUnits> claimed = await ClaimInstalments.Claimed(work, row.GrantId, ct);
        if (claimed.Sum(part => part.Units) != row.Units)
        {
            throw new RefusedException(Changed, ("title", grant.Title), ("said", Amount.Fen(row.Units)),
                ("now", Amount.Fen(claimed.Sum(part => part.Units))));
        }

        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund bearer = await work.FundById(row.BearerFundId, ct);
        Amount all = Amount.Fen(row.Units);
        Account loss = (chart.Find(Impairment) ?? chart.Find(Account.Keys.ManagementExpense)!).Account;
        GrantDebtor debtor = await GrantDebtor.Of(work, row.GrantId, ct);
        JournalEntry provision = JournalEntry.On(day, $"计提坏账准备 {grant.Number}")
            .Debit(loss, bearer.Code, all, loss.NeedsRestriction ? new Tags(Restriction.Unrestricted) : null)
            .Credit(chart[Allowance], bearer.Code, all).Balanced();
        EntryDraft draft = JournalEntry.On(day, $"核销追缴坏账 {grant.Number} {row.Resolution}").Debit(chart[Allowance], bearer.Code, all);
        Amount others = Amount.Fen(claimed.Where(part => part.Fund != bearer.FundId).Sum(part => part.Units));
        Account? cash = others.IsPositive ? await CashOf(work, chart, bearer, others, ct) : null;
        Tags between = new(CashFlow: CashFlow.Internal);
        if (cash is not null)
        {
            draft.Credit(cash, bearer.Code, others, between);
        }

        foreach (FundUnits part in claimed)
        {
            (Fund fund, Amount amount) = (await work.FundById(part.Fund, ct), Amount.Fen(part.Units));
            if (fund.FundId != bearer.FundId)
            {
                draft.Debit(cash!, fund.Code, amount, between);
            }

            draft.Credit(chart[DemandLines.Claims], fund.Code, amount, debtor.Tags);
        }

        // The same papers prove both, and the second says so.
        IReadOnlyList<long> vouchers = await work.PrepareTogether(
        [
            new Draft(provision, Documents: Documents),
            new Draft(draft.Balanced(), Documents: [.. (Documents ?? []).Select(paper => paper with { Shared = true })],
                Then: new WriteOffStands(WriteOff), Otherwise: new WriteOffWaits(WriteOff), Undo: new DemandUndone(WriteOff)),
        ], ct);
        (row.State, row.VoucherId) = (WriteOffState.Prepared, vouchers[1]);
        await work.Db.SaveChangesAsync(ct);
        return vouchers[0];
    }

    // Where most of the bearer's cash lies: all funds share the body's accounts.
    private static async Task<Account> CashOf(Work work, Chart chart, Fund fund, Amount amount, CancellationToken ct)
    {
        Dictionary<int, long> nets = await work.Db.Set<FundPosition>().Where(row => row.BookId == work.Book && row.FundId == fund.FundId)
            .GroupBy(row => row.AccountId).ToDictionaryAsync(group => group.Key, group => group.Sum(row => row.Net), ct);
        ChartAccount most = chart.Accounts.Where(row => row is { TakesLines: true, Account.Role: AccountRole.OwnCash })
            .MaxBy(row => nets.GetValueOrDefault(row.AccountId))!;
        Amount has = Amount.Fen(nets.GetValueOrDefault(most.AccountId));
        return has >= amount ? most.Account
            : throw new RefusedException(BearerShort, ("fund", fund.Name), ("has", has), ("asked", amount));
    }
}

/// <summary>The vouchers of a write-off were posted: nothing of the claim is left.</summary>
[Consequence("write-off-stands", 1)]
internal sealed record WriteOffStands(long WriteOff) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantWriteOff row, GrantCase grant) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Prepared);
        List<FundUnits> claimed = await ClaimInstalments.Claimed(work, row.GrantId, ct);
        List<long> demands = await work.Db.Set<GrantDemand>().Where(each => each.BookId == work.Book && each.GrantId == row.GrantId)
            .Select(each => each.GrantDemandId).ToListAsync(ct);
        row.State = WriteOffState.Posted;
        await ClaimInstalments.End(work, grant, demands, ct);
        await MoneyRegister.Note(work, row.GrantId, null, MoneyMove.WrittenOff, claimed, row.VoucherId, work.Today, ct);
    }
}

/// <summary>The vouchers were rejected or withdrawn: the resolution stands, and they may be written anew.</summary>
[Consequence("write-off-waits", 1)]
internal sealed record WriteOffWaits(long WriteOff) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantWriteOff row, _) = await GrantWriteOff.Lock(work, WriteOff, ct, WriteOffState.Prepared);
        (row.State, row.VoucherId) = (WriteOffState.Resolved, null);
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>追缴完毕，结项: the accountant and the second approver sign once nothing is claimed any more.</summary>
public sealed record SettleRecovery(Guid Key, long Grant, int Version) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.SettleRecovery, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.SettleRecovery, "", "", ct);
}
