using CommunityFund.Books;
using CommunityFund.Funds.Endings;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>
/// The voucher of a transfer: net assets leave one fund and arrive in the other, and so does the cash, which never leaves the
/// bank. Restricted money draws on the giving fund's gifts and becomes one of the receiving fund's.
/// </summary>
internal static class TransferVoucher
{
    /// <summary>The giving fund has the money on several accounts, on none of them enough.</summary>
    public const string AccountShort = "transfer.account-short";

    public static async Task Prepare(Work work, FundTransfer transfer, CancellationToken ct)
    {
        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund from = await work.FundById(transfer.FromFund, ct), to = await work.FundById(transfer.ToFund, ct);
        Amount amount = Amount.Fen(transfer.Units);
        Account cash = await CashOf(work, chart, from, amount, ct);
        Account netAssets = chart[transfer.Restriction == Restriction.Restricted
            ? Account.Keys.RestrictedNetAssets : Account.Keys.UnrestrictedNetAssets];
        Tags moved = new(transfer.Restriction, Movement: MovementKind.Transfer), internally = new(CashFlow: CashFlow.Internal);
        FundEndingHome? home = transfer.FundEndingId is null ? null
            : await work.Db.Set<FundEndingHome>().AsNoTracking().SingleAsync(
            row => row.BookId == work.Book && row.FundEndingId == transfer.FundEndingId && row.HomeNo == transfer.HomeNo, ct);
        JournalEntry entry = JournalEntry.On(day, $"基金调拨 {from.Code} 至 {to.Code}：{transfer.Reason}")
            .Debit(netAssets, from.Code, amount, moved)
            .Credit(cash, from.Code, amount, internally)
            .Debit(cash, to.Code, amount, internally)
            .Credit(netAssets, to.Code, amount, home is { Aim.Length: > 0 } ? moved with { Clause = home.Aim } : moved)
            .Balanced();
        transfer.VoucherId = await work.Prepare(
            new Draft(entry, Then: new PostTransfer(transfer.FundTransferId),
                Otherwise: new ReopenTransfer(transfer.FundTransferId),
                Undo: new UndoTransfer(transfer.FundTransferId), Clauses: home?.FundClauseId is { } clause ? [clause, .. home.KeptClauses] : null,
                Lots: home is { Restriction: Restriction.Restricted } ? await EndingMoves.LotsLeft(work, home, ct) : null), ct);
        transfer.State = TransferState.Prepared;
    }

    /// <summary>Where most of the giving fund's cash lies; all funds share the body's accounts.</summary>
    internal static async Task<Account> CashOf(Work work, Chart chart, Fund fund, Amount amount, CancellationToken ct)
    {
        Dictionary<int, long> nets = await work.Db.Set<FundPosition>()
            .Where(row => row.BookId == work.Book && row.FundId == fund.FundId)
            .GroupBy(row => row.AccountId).ToDictionaryAsync(group => group.Key, group => group.Sum(row => row.Net), ct);
        ChartAccount most = chart.Accounts.Where(row => row is { TakesLines: true, Account.Role: AccountRole.OwnCash })
            .MaxBy(row => nets.GetValueOrDefault(row.AccountId))!;
        Amount has = Amount.Fen(nets.GetValueOrDefault(most.AccountId));
        return has >= amount ? most.Account : throw new RefusedException(
            AccountShort, ("fund", fund.Name), ("account", most.Name), ("has", has), ("asked", amount));
    }
}

/// <summary>The transfer's voucher was posted.</summary>
[Consequence("post-transfer", 1)]
internal sealed record PostTransfer(long Transfer) : Consequence
{
    /// <summary>Who asked for it does not approve it (rulings 21).</summary>
    public const string OwnReview = "transfer.own-review";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Prepared);
        transfer.State = transfer.ProposedBy != work.Actor ? TransferState.Posted : throw new RefusedException(OwnReview);
    }
}

/// <summary>The transfer's voucher was rejected or withdrawn: both have still signed, and it may be written anew.</summary>
[Consequence("reopen-transfer", 1)]
internal sealed record ReopenTransfer(long Transfer) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        FundTransfer transfer = await FundTransfer.Lock(work, Transfer, ct, TransferState.Prepared);
        (transfer.State, transfer.VoucherId) = (TransferState.Agreed, null);
    }
}

/// <summary>The transfer's voucher was reversed in red.</summary>
[Consequence("undo-transfer", 1)]
internal sealed record UndoTransfer(long Transfer) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await FundTransfer.Lock(work, Transfer, ct, TransferState.Posted)).State = TransferState.Reversed;
}
