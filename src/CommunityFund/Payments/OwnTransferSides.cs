using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>
/// Either bank may tell of a transfer first, so each side is expected; the entry is the same. Cash between own accounts is no flow
/// (rulings 13). Its other line is later found to be the same voucher's.
/// </summary>
internal static class OwnTransferSides
{
    public static async Task Await(Work work, OwnTransfer transfer, bool isOut, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Dictionary<int, OwnBankAccount> accounts = (await OwnBankAccount.All(work, ct)).ToDictionary(account => account.Id);
        (OwnBankAccount from, OwnBankAccount to) = (accounts[transfer.FromAccount], accounts[transfer.ToAccount]);
        Account other = chart.ById(isOut ? to.Account : from.Account).Account;
        Side side = isOut ? Side.Debit : Side.Credit;
        List<ExpectedLine> lines =
        [
            .. (await Shares(work, from.Account, transfer.Units, ct))
                .Select(share => new ExpectedLine(other, share.Fund, side, Amount.Fen(share.Units), CashFlow.Internal, Tags.None)),
        ];
        Amount amount = Amount.Fen(transfer.Units);
        long expectation = await new Expected(ExpectationKind.Transfer, isOut ? -amount : amount, transfer.Reason, transfer.MoveOn, lines,
            $"ZZ{transfer.OwnTransferId}", PartyAccount: isOut ? to.Number : from.Number, BankAccount: isOut ? from.Id : to.Id,
            Then: new MoveOwn(transfer.OwnTransferId), Undo: new UnmoveOwn(transfer.OwnTransferId)).Write(work, ct);
        if (isOut)
        {
            transfer.OutExpectation = expectation;
        }
        else
        {
            transfer.InExpectation = expectation;
        }
    }

    /// <summary>The host's own money first, then the other funds' in the order of their codes, each as far as it has some there; what
    /// is more than all have is the host's.</summary>
    private static async Task<List<(Fund Fund, long Units)>> Shares(Work work, int account, long units, CancellationToken ct)
    {
        Dictionary<int, long> nets = await work.Db.Set<FundPosition>()
            .Where(row => row.BookId == work.Book && row.AccountId == account)
            .GroupBy(row => row.FundId).ToDictionaryAsync(group => group.Key, group => group.Sum(row => row.Net), ct);
        List<Fund> funds = [.. (await work.Funds(ct)).Where(fund => fund.State != FundState.Closed)
            .OrderBy(fund => fund.Kind == FundKind.General ? 0 : 1).ThenBy(fund => fund.Code)];
        List<(Fund Fund, long Units)> shares = [];
        foreach (Fund fund in funds.Where(fund => units > 0 && nets.GetValueOrDefault(fund.FundId) > 0))
        {
            long share = Math.Min(units, nets[fund.FundId]);
            units -= share;
            shares.Add((fund, share));
            if (units == 0)
            {
                return shares;
            }
        }

        int host = shares.FindIndex(share => share.Fund.Kind == FundKind.General);
        if (host >= 0)
        {
            shares[host] = (shares[host].Fund, shares[host].Units + units);
        }
        else
        {
            shares.Insert(0, (funds[0], units));
        }

        return shares;
    }
}

/// <summary>One side's line is booked: the other side is not expected any more, its line is the same voucher's.</summary>
[Consequence("move-own", 1)]
internal sealed record MoveOwn(long Transfer) : Consequence
{
    /// <summary>Both banks' lines got a voucher each.</summary>
    public const string BothBooked = "own-transfer.both-booked";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        OwnTransfer transfer = await OwnTransfer.Lock(work, Transfer, ct, OwnTransferState.Planned, OwnTransferState.Moved);
        List<Expectation> sides = await OwnTransferExpectations.Of(work, transfer, ct);
        if (sides.Count(side => side.VoucherId is not null) > 1)
        {
            throw new RefusedException(BothBooked);
        }

        foreach (Expectation side in sides.Where(side => side is { VoucherId: null, ClosedAt: null }))
        {
            (side.ClosedBy, side.ClosedAt) = (work.ActorId, work.Now);
        }

        transfer.State = OwnTransferState.Moved;
        await PaymentRow.Paid(work, row => row.OwnTransferId == Transfer, ct);
    }
}

/// <summary>The voucher was reversed: both sides are expected again.</summary>
[Consequence("unmove-own", 1)]
internal sealed record UnmoveOwn(long Transfer) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        OwnTransfer transfer = await OwnTransfer.Lock(work, Transfer, ct, OwnTransferState.Moved);
        transfer.State = OwnTransferState.Planned;
        foreach (Expectation closed in (await OwnTransferExpectations.Of(work, transfer, ct)).Where(side => side.ClosedAt is not null))
        {
            await OwnTransferSides.Await(work, transfer, closed.ExpectationId == transfer.OutExpectation, ct);
        }

        await PaymentRow.Unpaid(work, row => row.OwnTransferId == Transfer, ct);
    }
}

/// <summary>The expectations of a transfer's two sides.</summary>
internal static class OwnTransferExpectations
{
    public static Task<List<Expectation>> Of(Work work, OwnTransfer transfer, CancellationToken ct) => work.Db.Set<Expectation>()
        .Where(row => row.BookId == work.Book
            && (row.ExpectationId == transfer.OutExpectation || row.ExpectationId == transfer.InExpectation))
        .OrderBy(row => row.ExpectationId).ToListAsync(ct);
}
