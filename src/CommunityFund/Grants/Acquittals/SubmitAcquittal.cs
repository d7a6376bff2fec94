using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A receipt that is handed in, and what of it the grant pays.</summary>
public sealed record AcquittalClaim(long Receipt, Amount Amount);

/// <summary>核销提交: the financial lead hands in receipts for a tranche, with who spent the money and who saw it.</summary>
/// <param name="Version">The state version of the tranche that the page was drawn with.</param>
/// <param name="Handler">经手人.</param>
/// <param name="Witness">证明人.</param>
public sealed record SubmitAcquittal(
    Guid Key, long Tranche, int Version, [property: Personal] string Handler, [property: Personal] string Witness,
    IReadOnlyList<AcquittalClaim> Lines) : Command<Done>(Key)
{
    /// <summary>As many papers as one voucher takes.</summary>
    internal const int MostPapers = 20;

    /// <summary>Working days that the desk has.</summary>
    private const int DaysToReview = 10;

    /// <summary>No line, one receipt twice, or more papers than a voucher takes.</summary>
    public const string BadLines = "acquittal.bad-lines";

    /// <summary>Two names are needed, of two people.</summary>
    public const string TwoNames = "acquittal.two-names";

    /// <summary>A receipt was handed in before, or is of another grant or tranche.</summary>
    public const string NotReady = "acquittal.not-ready";

    /// <summary>A receipt has no picture.</summary>
    public const string NoPhoto = "acquittal.no-photo";

    /// <summary>Goods are kept and nobody has signed for them.</summary>
    public const string NoSheet = "acquittal.no-sheet";

    /// <summary>A receipt is of a day outside the grant's time.</summary>
    public const string OutsidePeriod = "acquittal.outside-period";

    /// <summary>More is asked of a receipt than it is for.</summary>
    public const string BeyondReceipt = "acquittal.beyond-receipt";

    /// <summary>A line of the budget would be overspent by more than a tenth.</summary>
    public const string OverLine = "acquittal.over-line";

    /// <summary>The whole budget would be overspent.</summary>
    public const string OverBudget = "acquittal.over-budget";

    /// <summary>More is handed in than was paid and is not accounted for.</summary>
    public const string BeyondAdvance = "acquittal.beyond-advance";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        TrancheMoves.NeedOf(work, Tranche, TrancheMove.SubmitAcquittal, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.SubmitAcquittal, null, ct, async (tranche, facts) =>
        {
            await Write(work, tranche, facts, ct);
            return [];
        }, due: facts => WorkingDays.After(facts.Today, DaysToReview));
        return Done.It;
    }

    private async Task Write(Work work, Tranche tranche, TrancheFacts facts, CancellationToken ct)
    {
        long[] ids = [.. Lines.Select(line => line.Receipt)];
        if (ids.Length is 0 or > MostPapers || ids.Distinct().Count() != ids.Length)
        {
            throw new RefusedException(BadLines, ("lines", ids.Length), ("limit", MostPapers));
        }

        List<GrantReceipt> receipts = await work.Db.Set<GrantReceipt>().Where(row => row.BookId == work.Book && ids.Contains(row.GrantReceiptId))
            .ToListAsync(ct);
        BudgetUse budget = await BudgetUse.Of(work, tranche.GrantId, ct);
        foreach (AcquittalClaim claim in Lines)
        {
            Prove(claim, receipts.Find(row => row.GrantReceiptId == claim.Receipt), tranche, budget);
        }

        if (receipts.Count + receipts.Count(row => row.Spending == Spending.KeptGoods) is var papers && papers > MostPapers)
        {
            throw new RefusedException(BadLines, ("lines", papers), ("limit", MostPapers));
        }

        WithinBudget(budget, receipts);
        long asked = Lines.Sum(line => line.Amount.Units), open = facts.Money.Advance - await GrantReturn.Announced(work, tranche.TrancheId, ct);
        if (asked > open)
        {
            throw new RefusedException(BeyondAdvance, ("no", tranche.No), ("asked", Amount.Fen(asked)), ("open", Amount.Fen(open)));
        }

        await Keep(work, tranche, receipts, ct);
    }

    private static void Prove(AcquittalClaim claim, GrantReceipt? receipt, Tranche tranche, BudgetUse budget)
    {
        if (receipt is null || receipt.State != GrantReceiptState.Ready || receipt.GrantId != tranche.GrantId
            || (receipt.TrancheId is { } paid && paid != tranche.TrancheId))
        {
            // What another project bought is not told.
            throw new RefusedException(NotReady, ("receipt", receipt?.GrantId == tranche.GrantId ? receipt.What : $"#{claim.Receipt}"),
                ("no", tranche.No));
        }

        if (receipt.PhotoId is null)
        {
            throw new RefusedException(NoPhoto, ("receipt", receipt.What));
        }

        if (receipt.Spending == Spending.KeptGoods && receipt.SheetId is null)
        {
            throw new RefusedException(NoSheet, ("receipt", receipt.What));
        }

        if (receipt.IssuedOn < budget.StartsOn || receipt.IssuedOn > budget.EndsOn)
        {
            throw new RefusedException(OutsidePeriod, ("receipt", receipt.What), ("day", receipt.IssuedOn), ("from", budget.StartsOn),
                ("to", budget.EndsOn));
        }

        if (claim.Amount.Commodity != Commodity.Cny || claim.Amount.Units <= 0 || claim.Amount.Units > receipt.Units)
        {
            throw new RefusedException(BeyondReceipt, ("receipt", receipt.What), ("asked", claim.Amount), ("worth", Amount.Fen(receipt.Units)));
        }
    }

    private void WithinBudget(BudgetUse budget, List<GrantReceipt> receipts)
    {
        Dictionary<long, short> lineOf = receipts.ToDictionary(row => row.GrantReceiptId, row => row.LineNo);
        foreach (var line in Lines.GroupBy(claim => lineOf[claim.Receipt]))
        {
            BudgetLineUse use = budget.Find(line.Key) ?? throw new RefusedException(ReceiptText.NoLine, ("line", line.Key),
                ("lines", budget.Lines.Count));
            long after = use.Accepted + use.Pending + line.Sum(claim => claim.Amount.Units);
            if (after > use.Limit)
            {
                throw new RefusedException(OverLine, ("line", use.What), ("budget", Amount.Fen(use.Budget)), ("used", Amount.Fen(after)),
                    ("over", Amount.Fen(after - use.Budget)), ("most", Amount.Fen(use.Limit - use.Budget)));
            }
        }

        long whole = budget.Used + Lines.Sum(claim => claim.Amount.Units);
        if (whole > budget.Budget)
        {
            throw new RefusedException(OverBudget, ("budget", Amount.Fen(budget.Budget)), ("used", Amount.Fen(whole)),
                ("over", Amount.Fen(whole - budget.Budget)));
        }
    }

    private async Task Keep(Work work, Tranche tranche, List<GrantReceipt> receipts, CancellationToken ct)
    {
        long? handler = await Counterparty.FindOrAdd(work, PersonKind.Person, Handler, ct);
        long? witness = await Counterparty.FindOrAdd(work, PersonKind.Person, Witness, ct);
        if (handler is not { } spent || witness is not { } saw || spent == saw)
        {
            throw new RefusedException(TwoNames);
        }

        short before = await work.Db.Set<GrantAcquittal>().Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId)
            .MaxAsync(row => (short?)row.Version, ct) ?? 0;
        GrantAcquittal acquittal = new()
        {
            BookId = work.Book,
            TrancheId = tranche.TrancheId,
            Version = (short)(before + 1),
            HandlerId = spent,
            WitnessId = saw,
            SubmittedBy = work.ActorId,
            SubmittedAt = work.Now,
            State = AcquittalState.Submitted,
        };
        work.Db.Add(acquittal);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Lines.Select((claim, at) => new GrantAcquittalLine
        {
            BookId = work.Book,
            TrancheId = tranche.TrancheId,
            Version = acquittal.Version,
            Line = (short)(at + 1),
            GrantReceiptId = claim.Receipt,
            Units = claim.Amount.Units,
        }));
        receipts.ForEach(row => row.State = GrantReceiptState.HandedIn);
        await work.Db.SaveChangesAsync(ct);
    }
}
