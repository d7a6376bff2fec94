using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>The bank has paid a tranche and the voucher that says so was posted. On its way there, the payment desk tells of it too.</summary>
[Consequence("tranche-paid", 1)]
internal sealed record TranchePaid(long Tranche) : Consequence
{
    /// <summary>Whoever asked for the money, or approved it where the matrix keeps that apart, neither lets it go nor reviews its voucher.
    /// </summary>
    public const string OwnPayment = "tranche.own-payment";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        await RefuseOwn(work, row, request => request.ApproverReviews, ct);
        Expectation met = (await work.Db.Set<Expectation>().FindAsync([work.Book, row.ExpectationId], ct))!;
        await Paid(work, row, await PaymentVouchers.Bundle(work, met.VoucherId!.Value, ct), await Parts(work, met.ExpectationId, ct), ct);
    }

    internal override async Task<IReadOnlyList<LotDraw>> Uses(Work work, EntryDraft draft, Chart chart, LocalDate day, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        GrantAward award = (await GrantAward.Open(work, row.GrantId, ct))!;
        List<LotDraw> named = [];
        foreach (ExpectationLine line in await work.Db.Set<ExpectationLine>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.ExpectationId == row.ExpectationId && each.Restriction == "R").OrderBy(each => each.LineNo).ToListAsync(ct))
        {
            IReadOnlyList<LotDraw> draws = await GrantGifts.Draw(work, award, line.FundId, line.Units, ct);
            named.AddRange(draws);
            if (!chart.ById(line.AccountId).Account.NeedsRestriction)
            {
                await NamedLots.Release(work, chart, draft, await work.FundById(line.FundId, ct), draws, Amount.Fen(line.Units), day, ct,
                    new Tags(Project: award.ProjectId));
            }
        }

        return named;
    }

    /// <summary>What was enclosed with the request proves the payment.</summary>
    internal override async Task<IReadOnlyList<Enclosure>> Papers(Work work, CancellationToken ct)
    {
        List<Enclosure> papers = [];
        foreach (long document in await (
            from row in work.Db.Set<Tranche>()
            join paper in work.Db.Set<TrancheRequestPaper>() on new { row.BookId, row.TrancheId, row.RequestNo }
                equals new { paper.BookId, paper.TrancheId, paper.RequestNo }
            where row.BookId == work.Book && row.TrancheId == Tranche
            orderby paper.Ordinal
            select paper.FiledDocumentId).ToListAsync(ct))
        {
            papers.AddRange(await FiledDocument.Enclosed(work, document, ct));
        }

        return papers;
    }

    internal override async Task OnItsWay(Work work, CancellationToken ct) =>
        await TrancheMoves.Follow(work, await Tranches.Tranche.Lock(work, Tranche, ct), TrancheMove.Schedule, ct);

    internal override async Task LetGo(Work work, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        TrancheFacts facts = await TrancheFacts.Of(work, row, ct);
        if ((TrancheNeeds.GrantRuns(facts) ?? TrancheNeeds.PayeeVerified(facts)) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        await RefuseOwn(work, row, request => request.ApproverReleases, ct);
    }

    internal override async Task OffItsWay(Work work, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        if (row.State == TrancheState.Scheduled)
        {
            await TrancheMoves.Follow(work, row, TrancheMove.Unschedule, ct);
        }
    }

    internal override async Task Failed(Work work, string says, CancellationToken ct)
    {
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        if (row.State == TrancheState.Scheduled)
        {
            await TrancheMoves.Follow(work, row, TrancheMove.BankReject, ct, says);
        }
    }

    /// <summary>What the funds' promises are relieved by: what they pay.</summary>
    internal static async Task<IReadOnlyList<FundUnits>> Parts(Work work, long expectation, CancellationToken ct) =>
    [
        .. (await (
            from line in work.Db.Set<ExpectationLine>().AsNoTracking()
            join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
            where line.BookId == work.Book && line.ExpectationId == expectation && account.Key == "commitments"
            orderby line.LineNo
            select new { line.FundId, line.Units }).ToListAsync(ct)).Select(line => new FundUnits(line.FundId, line.Units)),
    ];

    /// <summary>The tranche is paid: its money, its step, and what follows of it at once.</summary>
    internal static async Task Paid(Work work, Tranche row, PaymentVouchers vouchers, IReadOnlyList<FundUnits> parts, CancellationToken ct)
    {
        if (row.State == TrancheState.Approved)
        {
            await TrancheMoves.Follow(work, row, TrancheMove.Schedule, ct);
        }

        TrancheFacts before = await TrancheFacts.Of(work, row, ct);
        await TrancheMoves.Follow(work, row, TrancheMove.ConfirmPaid, ct, known: before, moving: async (_, _) =>
        {
            await Note(work, row, before.Policy, parts, vouchers, ct);
            row.PaidOn = vouchers.On;
            return vouchers.All;
        });
        if (before.Policy == AdvancePolicy.AdvanceThenAcquit)
        {
            await TrancheMoves.Follow(work, row, TrancheMove.AwaitAcquittal, ct, known: await before.OncePaid(work, ct));
        }
        else
        {
            await TrancheMoves.LookAgain(work, row.GrantId, ct);
        }
    }

    /// <summary>What is spent when paid counts as acquitted with it; taken back, the other way round.</summary>
    internal static async Task Note(Work work, Tranche row, AdvancePolicy policy, IReadOnlyList<FundUnits> parts, PaymentVouchers vouchers,
        CancellationToken ct)
    {
        MoneyMove[] moves = policy == AdvancePolicy.AdvanceThenAcquit ? [MoneyMove.Paid] : [MoneyMove.Paid, MoneyMove.Acquitted];
        foreach (MoneyMove move in parts.Any(part => part.Units < 0) ? moves.Reverse() : moves)
        {
            await MoneyRegister.Note(work, row.GrantId, row.TrancheId, move, parts, vouchers.Money, vouchers.On, ct);
        }
    }

    private static async Task RefuseOwn(Work work, Tranche row, Func<TrancheRequest, bool> approverMay, CancellationToken ct)
    {
        if (work.Actor is not { } actor || await TrancheRequest.Current(work, row, ct) is not { } request)
        {
            return;
        }

        if (request.RequestedBy == actor
            || (!approverMay(request) && await RequestFacts.Acted(work, row, request, actor, checkCounts: false, ct)))
        {
            throw new RefusedException(OwnPayment, ("no", row.No));
        }
    }
}

/// <summary>The vouchers of a payment, or of what undoes it: the money's, and that of the promise.</summary>
/// <param name="Money">The money's voucher, beside which the register notes it.</param>
internal sealed record PaymentVouchers(long Money, LocalDate On, IReadOnlyList<long> All)
{
    /// <summary>The voucher with those that are decided together with it.</summary>
    public static async Task<PaymentVouchers> Bundle(Work work, long money, CancellationToken ct)
    {
        List<Voucher> all = await work.Db.Vouchers.AsNoTracking().Where(row => row.BookId == work.Book
            && (row.VoucherId == money || row.BundleId == money)).OrderBy(row => row.VoucherId).ToListAsync(ct);
        return new PaymentVouchers(money, all[0].OccurredOn, [.. all.Select(row => row.VoucherId)]);
    }

    /// <summary>The reversal, about to be posted, of one of the vouchers.</summary>
    public static async Task<PaymentVouchers> Reversal(Work work, IReadOnlyList<long> vouchers, CancellationToken ct) => await Bundle(work,
        await (from was in work.Db.Vouchers
               join red in work.Db.Vouchers on new { was.BookId, Entry = was.EntryNo } equals new { red.BookId, Entry = red.CorrectsEntryNo }
               where was.BookId == work.Book && vouchers.Contains(was.VoucherId) && red.Kind == VoucherKind.Reversal
                   && red.State == VoucherState.Prepared
               select red.VoucherId).SingleAsync(ct), ct);
}
