using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>核减追缴: by resolution a part of the claim on a tranche is accepted as spent for the project after all. The claim is taken back in
/// red, and the expense is booked.</summary>
public sealed record CutDemand(Guid Key, long Demand, long Tranche, Amount Amount, string Reason, string Resolution,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>Nothing, or more than is claimed of the tranche and still open.</summary>
    public const string Beyond = "demand.cut-beyond";

    /// <summary>Another cut is in a voucher that waits for its review.</summary>
    public const string CutWaits = "demand.cut-waits";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => DemandFunds.NeedOf(work, Demand, [Role.Accountant], ct);

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        await Termination.Unrelated(work, grant, ct);
        (string reason, string resolution) = (PlainText.Of(Reason), PlainText.Of(Resolution));
        if (resolution.Length is 0 or > 100)
        {
            throw new RefusedException(Awards.AwardGrant.ResolutionMissing);
        }

        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(GrantMoves.ReasonMissing, ("move", GrantMove.DemandReturn), ("limit", 500));
        }

        // Which of two was posted the voucher would not say.
        if (await work.Db.Set<GrantDemandCut>().AnyAsync(row => row.BookId == work.Book && row.GrantDemandId == Demand
            && row.State == CutState.Prepared, ct))
        {
            throw new RefusedException(CutWaits, ("no", demand.No));
        }

        List<FundUnits> parts = await Parts(work, demand, ct);
        long voucher = await Write(work, grant, demand, parts, ct);
        int before = await work.Db.Set<GrantDemandCut>().CountAsync(row => row.BookId == work.Book && row.GrantDemandId == Demand, ct);
        work.Db.Add(new GrantDemandCut
        {
            BookId = work.Book,
            GrantDemandId = Demand,
            No = (short)(before + 1),
            TrancheId = Tranche,
            Units = Amount.Units,
            Reason = reason,
            Resolution = resolution,
            State = CutState.Prepared,
            VoucherId = voucher,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return voucher;
    }

    // Funds in the order in which they paid, as far as the tranche is claimed and the demand waits for it.
    private async Task<List<FundUnits>> Parts(Work work, GrantDemand demand, CancellationToken ct)
    {
        Dictionary<int, long> claimed = await ClaimInstalments.WaitedFor(work, demand, ct);
        List<TrancheFund> rows = await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book && row.TrancheId == Tranche
            && work.Db.Set<GrantDemandPart>().Any(part => part.BookId == row.BookId && part.GrantDemandId == demand.GrantDemandId
                && part.TrancheId == row.TrancheId && part.FundId == row.FundId)).OrderBy(row => row.Place).ToListAsync(ct);
        long left = Amount.Units;
        List<FundUnits> parts = [];
        foreach (TrancheFund row in rows)
        {
            long part = Math.Min(left, Math.Min(row.Demanded, claimed.GetValueOrDefault(row.FundId)));
            left -= part;
            if (part > 0)
            {
                parts.Add(new FundUnits(row.FundId, part));
            }
        }

        bool isRight = left == 0 && Amount.IsPositive && Amount.Commodity == Commodity.Cny;
        return isRight ? parts : throw new RefusedException(Beyond, ("no", demand.No), ("asked", Amount), ("left",
             Ledger.Amount.Fen(rows.Sum(row => Math.Min(row.Demanded, claimed.GetValueOrDefault(row.FundId))))));
    }

    private async Task<long> Write(Work work, GrantCase grant, GrantDemand demand, List<FundUnits> parts, CancellationToken ct)
    {
        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        GrantDebtor debtor = await GrantDebtor.Of(work, grant.GrantId, ct);
        bool isExpensed = await DemandLines.IsExpensed(work, grant, ct);
        EntryDraft draft = JournalEntry.On(day, $"核减追缴 {GrantDemand.CodeOf(grant, demand)}");
        List<LotDraw> lots = [];
        foreach (FundUnits part in parts)
        {
            Fund fund = await work.FundById(part.Fund, ct);
            Amount amount = Ledger.Amount.Fen(part.Units);
            draft.RedDebit(chart[DemandLines.Claims], fund.Code, amount, debtor.Tags);
            if (!isExpensed)
            {
                draft.RedCredit(chart[DemandLines.Advances], fund.Code, amount, debtor.Tags)
                    .Credit(chart[DemandLines.Advances], fund.Code, amount, debtor.Tags);
            }

            lots.AddRange(await DemandLines.Cost(work, chart, draft, fund, grant.GrantId, debtor, amount, day, ct));
        }

        return await work.Prepare(new Draft(draft.Balanced(), Documents: Documents, Lots: lots.Count > 0 ? lots : null,
            Then: new CutStands(Demand, Tranche, [.. parts]), Otherwise: new CutDropped(Demand), Undo: new DemandUndone(Demand)), ct);
    }
}

/// <summary>The voucher that cuts a claim was posted.</summary>
[Consequence("demand-cut-stands", 1)]
internal sealed record CutStands(long Demand, long Tranche, IReadOnlyList<FundUnits> Parts) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        GrantDemandCut cut = await Waiting(work, Demand, ct);
        cut.State = CutState.Stands;
        List<GrantInstalment> open = await ClaimInstalments.Open(work, [Demand], ct);
        LocalDate due = open.Count > 0 ? open[^1].DueOn : demand.DueOn;
        long left = await ClaimInstalments.End(work, grant, [Demand], ct) - Parts.Sum(part => part.Units);
        await MoneyRegister.Note(work, grant.GrantId, Tranche, MoneyMove.Demanded, Parts.Select(part => part with { Units = -part.Units }),
            cut.VoucherId, work.Today, ct);
        await MoneyRegister.Note(work, grant.GrantId, Tranche, MoneyMove.Acquitted, Parts, cut.VoucherId, work.Today, ct);
        if (left > 0)
        {
            await ClaimInstalments.Await(work, grant, demand, [(due, left)], ct);
        }
    }

    internal static Task<GrantDemandCut> Waiting(Work work, long demand, CancellationToken ct) => work.Db.Set<GrantDemandCut>()
        .Where(row => row.BookId == work.Book && row.GrantDemandId == demand && row.State == CutState.Prepared).OrderBy(row => row.No).FirstAsync(ct);
}

/// <summary>The voucher that was to cut a claim was rejected or withdrawn: the claim stands as it was.</summary>
[Consequence("demand-cut-dropped", 1)]
internal sealed record CutDropped(long Demand) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (await CutStands.Waiting(work, Demand, ct)).State = CutState.Dropped;
        await work.Db.SaveChangesAsync(ct);
    }
}
